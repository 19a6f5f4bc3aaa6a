"""Drives pyarrow.fs: the S3 of Apache Arrow, on the AWS SDK for C++."""

import re

from arrow_s3 import connect
from pyarrow import fs
from serve_lines import path_of, pieces_of, serve, write

s3 = connect()
local = fs.LocalFileSystem()


def head_bucket(r):
    info = s3.get_file_info(r["bucket"])
    if info.type != fs.FileType.Directory:
        raise FileNotFoundError(r["bucket"])


def list_buckets(_):
    return {"buckets": [info.path for info in s3.get_file_info(fs.FileSelector(""))]}


def put(r):
    # Compression is guessed from the name otherwise.
    with s3.open_output_stream(path_of(r), compression=None) as stream:
        for piece in pieces_of(r["file"]):
            stream.write(piece)


def get(r):
    with s3.open_input_stream(path_of(r), compression=None) as stream, open(r["file"], "wb") as file:
        while piece := stream.read(1 << 20):
            file.write(piece)


def get_range(r):
    with s3.open_input_file(path_of(r)) as file:
        file.seek(r["first"])
        write(r["file"], file.read(r["last"] - r["first"] + 1))


def listing(r):
    # A folder that is not there is empty here, as it is for S3.
    selector = fs.FileSelector(remote(r), recursive=True, allow_not_found=True)
    paths = [info.path for info in s3.get_file_info(selector) if info.type == fs.FileType.File]
    return {"keys": [path.removeprefix(f"{r['bucket']}/") for path in paths]}


def sync_up(r):
    fs.copy_files(r["folder"], remote(r), source_filesystem=local, destination_filesystem=s3)


def sync_down(r):
    fs.copy_files(remote(r), r["folder"], source_filesystem=s3, destination_filesystem=local)


def remote(r):
    return f"{r['bucket']}/{r['prefix'].rstrip('/')}"


HANDLERS = {
    "createBucket": lambda r: s3.create_dir(r["bucket"]),
    "headBucket": head_bucket,
    "listBuckets": list_buckets,
    "put": put,
    "get": get,
    "upload": put,
    "download": get,
    "getRange": get_range,
    "list": listing,
    "copy": lambda r: s3.copy_file(path_of(r), f"{r['toBucket']}/{r['toKey']}"),
    "delete": lambda r: s3.delete_file(path_of(r)),
    "deletePrefix": lambda r: s3.delete_dir(remote(r)),
    "putStream": put,
    "syncUp": sync_up,
    "syncDown": sync_down,
}


def code_of(error):
    """The name that Arrow's message has for what the SDK was told."""
    named = re.search(r"AWS Error (\w+)", str(error))
    return named.group(1) if named else type(error).__name__


serve(HANDLERS, OSError, code_of)
