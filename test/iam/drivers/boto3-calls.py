"""Makes S3 calls with boto3: reads one a line, writes its outcome a line, both in JSON (../boto3-caller.ts)."""

import json
import os
import sys

import boto3
from boto3.s3.transfer import TransferConfig
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

PARTS = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20, use_threads=False)
clients = {}


def client_for(c):
    name = (c["endpoint"], c["accessKey"])
    if name not in clients:
        unsigned = {"signature_version": UNSIGNED} if c["accessKey"] == "" else {}
        clients[name] = boto3.client(
            "s3",
            endpoint_url=c["endpoint"],
            region_name=c["region"],
            aws_access_key_id=c["accessKey"] or None,
            aws_secret_access_key=c["secretKey"] or None,
            config=Config(
                retries={"max_attempts": 1}, read_timeout=60, s3={"addressing_style": "path"}, **unsigned
            ),
        )
    return clients[name]


def perform(c):
    s3, op, params = client_for(c), c["op"], c["params"]
    if op == "upload":
        s3.upload_file(c["file"], params["Bucket"], params["Key"], Config=PARTS)
        return {}
    if op.startswith("presigned_"):
        method = {"presigned_get": "get_object", "presigned_put": "put_object"}[op]
        return {"Url": s3.generate_presigned_url(method, Params=params, ExpiresIn=600)}
    answer = getattr(s3, op)(**params)
    if "Body" in answer:
        answer["Body"] = answer["Body"].read().decode()
    return answer


def outcome(c):
    try:
        answer = perform(c)
        about = answer.pop("ResponseMetadata", {})
        return {"ok": True, "answer": answer, "requestId": about.get("RequestId")}
    except ClientError as error:
        return refusal(error, error)
    except (BotoCoreError, boto3.exceptions.Boto3Error) as error:
        return refusal(error, error.__cause__ or error.__context__)


def refusal(error, cause):
    if not isinstance(cause, ClientError):
        return {"ok": False, "code": type(error).__name__, "text": str(error)}
    about = cause.response.get("ResponseMetadata", {})
    code = cause.response["Error"]["Code"]
    return {"ok": False, "code": code, "text": str(error), "requestId": about.get("RequestId")}


for line in sys.stdin:
    print(json.dumps(outcome(json.loads(line)), default=str), flush=True)
