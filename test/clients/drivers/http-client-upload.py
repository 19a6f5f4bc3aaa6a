"""PUTs a file by Python's http.client, without Expect, several times; prints the status and S3 code of each answer.

usage: http-client-upload.py ENDPOINT TARGET FILE CERTIFICATE_AUTHORITY TIMES
"""

import http.client
import os
import re
import ssl
import sys
from urllib.parse import urlsplit

endpoint, target, path, authority, times = sys.argv[1:]
url = urlsplit(endpoint)


def connect():
    if url.scheme == "https":
        context = ssl.create_default_context(cafile=authority)
        return http.client.HTTPSConnection(url.hostname, url.port, timeout=60, context=context)
    return http.client.HTTPConnection(url.hostname, url.port, timeout=60)


def upload():
    connection = connect()
    try:
        with open(path, "rb") as body:
            length = str(os.path.getsize(path))
            try:
                connection.request("PUT", target, body=body, headers={"Content-Length": length})
            except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
                pass  # The server stopped reading; what it said before that is still to be read, as urllib3 does.
            answer = connection.getresponse()
            code = re.search(rb"<Code>([^<]*)</Code>", answer.read())
            return f"{answer.status} {code.group(1).decode() if code else '-'}"
    except (OSError, http.client.HTTPException) as error:
        return f"{type(error).__name__}: {error}"
    finally:
        connection.close()


for _ in range(int(times)):
    print(upload(), flush=True)
