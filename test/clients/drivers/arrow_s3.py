"""How drivers of pyarrow reach S3."""

import os

from pyarrow import fs
from serve_lines import setting


def connect():
    scheme, _, authority = setting("ENDPOINT").partition("://")
    return fs.S3FileSystem(
        access_key=setting("ACCESS_KEY"),
        secret_key=setting("SECRET_KEY"),
        region=setting("REGION"),
        scheme=scheme,
        endpoint_override=authority,
        tls_ca_file_path=os.environ.get("DRIVER_AUTHORITY"),
        allow_bucket_creation=True,
    )
