"""Drives s3fs: the S3 of fsspec, on aiobotocore."""

from fsspec.generic import GenericFileSystem, rsync
from s3fs import S3FileSystem
from serve_lines import path_of, pieces_of, serve, setting, write

OPTIONS = {
    "endpoint_url": setting("ENDPOINT"),
    "key": setting("ACCESS_KEY"),
    "secret": setting("SECRET_KEY"),
    "client_kwargs": {"region_name": setting("REGION")},
    # Others write to the same buckets.
    "use_listings_cache": False,
}

fs = S3FileSystem(**OPTIONS)
# What rsync uses: one file system for all of `s3://` and `file://`.
both = GenericFileSystem(default_method="options", storage_options={"s3": OPTIONS})


def put_stream(r):
    with fs.open(path_of(r), "wb", block_size=5 << 20) as stream:
        for piece in pieces_of(r["file"]):
            stream.write(piece)


def get_if_changed(r):
    # What is given so goes with every call that knows the parameter.
    conditional = S3FileSystem(**OPTIONS, s3_additional_kwargs={"IfNoneMatch": r["etag"]})
    try:
        conditional.get_file(path_of(r), r["file"])
        return {"changed": True}
    except OSError as error:
        if s3_code(error) != "304":
            raise
        return {"changed": False}


def listing(r):
    bucket = r["bucket"]
    return {"keys": [path.removeprefix(f"{bucket}/") for path in fs.find(f"{bucket}/{r['prefix']}")]}


def delete_prefix(r):
    # For rm(recursive=True) an object that is named like the folder, without the slash, is the folder.
    fs.rm(fs.find(f"{r['bucket']}/{r['prefix']}"))


def sync(source, destination):
    # Without on_error, files that could not be copied are passed over in silence.
    rsync(source, destination, fs=both, on_error="raise")


def remote(r):
    return f"s3://{r['bucket']}/{r['prefix']}"


HANDLERS = {
    "createBucket": lambda r: fs.mkdir(r["bucket"]),
    "headBucket": lambda r: fs.info(r["bucket"]) and None,
    "listBuckets": lambda r: {"buckets": fs.ls("", detail=False)},
    "put": lambda r: fs.put_file(r["file"], path_of(r), Metadata=r.get("metadata", {})),
    "get": lambda r: fs.get_file(path_of(r), r["file"]),
    "upload": lambda r: fs.put_file(r["file"], path_of(r)),
    "download": lambda r: fs.get_file(path_of(r), r["file"]),
    "getRange": lambda r: write(r["file"], fs.cat_file(path_of(r), start=r["first"], end=r["last"] + 1)),
    "readMetadata": lambda r: {"metadata": fs.metadata(path_of(r))},
    "list": listing,
    "copy": lambda r: fs.copy(path_of(r), f"{r['toBucket']}/{r['toKey']}"),
    "delete": lambda r: fs.rm_file(path_of(r)),
    "deleteMany": lambda r: fs.rm([f"{r['bucket']}/{key}" for key in r["keys"]]) and None,
    "deletePrefix": delete_prefix,
    "putStream": put_stream,
    "putChecked": lambda r: fs.put_file(r["file"], path_of(r), ChecksumAlgorithm=r["algorithm"]),
    "syncUp": lambda r: sync(f"file://{r['folder']}", remote(r)),
    "syncDown": lambda r: sync(remote(r), f"file://{r['folder']}"),
    "getIfChanged": get_if_changed,
    "putIfAbsent": lambda r: fs.put_file(r["file"], path_of(r), mode="create"),
    "presignGet": lambda r: {"url": fs.url(path_of(r), expires=600)},
    "presignPut": lambda r: {"url": fs.url(path_of(r), expires=600, client_method="put_object")},
}


def s3_code(error):
    """The S3 code of the botocore error that s3fs translated; the type's name when there is none."""
    response = getattr(error.__cause__, "response", None)
    return response["Error"]["Code"] if response else type(error).__name__


def code_of(error):
    return f"PermissionError: {s3_code(error)}" if isinstance(error, PermissionError) else s3_code(error)


serve(HANDLERS, OSError, code_of)
