"""Drives boto3: reads a request a line, writes a reply a line, both in JSON (the words of ../client.ts)."""

import json
import os

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from serve_lines import serve, setting

# When checksums are sent and checked: `when_required`, or the default, empty. Older versions know no such setting.
WHEN = os.environ.get("DRIVER_CHECKSUMS", "")
CHECKSUMS = {"request_checksum_calculation": WHEN, "response_checksum_validation": WHEN} if WHEN else {}

s3 = boto3.client(
    "s3",
    endpoint_url=setting("ENDPOINT"),
    region_name=setting("REGION"),
    aws_access_key_id=setting("ACCESS_KEY"),
    aws_secret_access_key=setting("SECRET_KEY"),
    config=Config(retries={"max_attempts": 1}, read_timeout=60, **CHECKSUMS),
)


def write(path, body):
    with open(path, "wb") as file:
        for piece in body.iter_chunks(1 << 20):
            file.write(piece)


def put(r):
    with open(r["file"], "rb") as file:
        s3.put_object(Bucket=r["bucket"], Key=r["key"], Body=file, Metadata=r.get("metadata", {}))


class Stream:
    """A file of which only `read` is known."""

    def __init__(self, file):
        self.read = file.read


def put_stream(r):
    with open(r["file"], "rb") as file:
        s3.upload_fileobj(Stream(file), r["bucket"], r["key"])


def put_checked(r):
    with open(r["file"], "rb") as file:
        s3.put_object(**at(r), Body=file, ChecksumAlgorithm=r["algorithm"])


def put_if_absent(r):
    with open(r["file"], "rb") as file:
        s3.put_object(**at(r), Body=file, IfNoneMatch="*")


def get_if_changed(r):
    try:
        write(r["file"], s3.get_object(**at(r), IfNoneMatch=r["etag"])["Body"])
        return {"changed": True}
    except ClientError as error:
        if error.response["Error"]["Code"] != "304":
            raise
        return {"changed": False}


def delete_prefix(r):
    keys = [{"Key": key} for key in listing(r)["keys"]]
    for first in range(0, len(keys), 1000):
        s3.delete_objects(Bucket=r["bucket"], Delete={"Objects": keys[first : first + 1000]})


def listing(r):
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=r["bucket"], Prefix=r["prefix"])
    return {"keys": [entry["Key"] for page in pages for entry in page.get("Contents", [])]}


def delete_many(r):
    wanted = {"Objects": [{"Key": key} for key in r["keys"]]}
    errors = s3.delete_objects(Bucket=r["bucket"], Delete=wanted).get("Errors", [])
    if errors:
        return {"ok": False, "code": errors[0]["Code"], "text": json.dumps(errors)}
    return None


def presign(method, r):
    at = {"Bucket": r["bucket"], "Key": r["key"]}
    return {"url": s3.generate_presigned_url(method, Params=at, ExpiresIn=600)}


def at(r):
    return {"Bucket": r["bucket"], "Key": r["key"]}


def span(r):
    return f"bytes={r['first']}-{r['last']}"


HANDLERS = {
    "createBucket": lambda r: s3.create_bucket(Bucket=r["bucket"]) and None,
    "headBucket": lambda r: s3.head_bucket(Bucket=r["bucket"]) and None,
    "listBuckets": lambda r: {"buckets": [b["Name"] for b in s3.list_buckets()["Buckets"]]},
    "put": put,
    "get": lambda r: write(r["file"], s3.get_object(**at(r))["Body"]),
    "upload": lambda r: s3.upload_file(r["file"], r["bucket"], r["key"]),
    "download": lambda r: s3.download_file(r["bucket"], r["key"], r["file"]),
    "getRange": lambda r: write(r["file"], s3.get_object(**at(r), Range=span(r))["Body"]),
    "readMetadata": lambda r: {"metadata": s3.head_object(**at(r))["Metadata"]},
    "list": listing,
    "copy": lambda r: s3.copy_object(Bucket=r["toBucket"], Key=r["toKey"], CopySource=at(r)) and None,
    "delete": lambda r: s3.delete_object(**at(r)) and None,
    "deleteMany": delete_many,
    "deletePrefix": delete_prefix,
    "putStream": put_stream,
    "putChecked": put_checked,
    "putIfAbsent": put_if_absent,
    "getIfChanged": get_if_changed,
    "presignGet": lambda r: presign("get_object", r),
    "presignPut": lambda r: presign("put_object", r),
}


def code_of(error):
    # boto3's own errors wrap what S3 said.
    cause = error if isinstance(error, ClientError) else error.__cause__ or error.__context__
    return cause.response["Error"]["Code"] if isinstance(cause, ClientError) else type(error).__name__


serve(HANDLERS, (ClientError, BotoCoreError, boto3.exceptions.Boto3Error), code_of)
