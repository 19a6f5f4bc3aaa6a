"""What drivers in Python share: a request a line in, a reply a line out, both in JSON (the words of ../client.ts)."""

import json
import os
import sys


def serve(handlers, failures, code_of):
    """What a handler gives back is added to the reply. Of its exceptions, those of `failures` are replies, too;
    others are mistakes of the driver and end it."""
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = {"ok": True, **(handlers[request["do"]](request) or {})}
        except failures as error:
            reply = {"ok": False, "code": code_of(error), "text": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


def setting(name):
    """A setting of the driver."""
    return os.environ[f"DRIVER_{name}"]


def path_of(request):
    """The object as a path: what file systems call it."""
    return f"{request['bucket']}/{request['key']}"


def pieces_of(path):
    """What a file holds, a MiB at a time."""
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            yield piece


def write(path, content):
    with open(path, "wb") as file:
        file.write(content)
