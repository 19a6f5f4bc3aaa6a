"""Runs commands of the AWS command line interface one after the other in one process, by the function that `aws` itself
calls: reads a command a line, writes how it ended a line, both in JSON (../aws-cli-caller.ts). Starting the tool anew
costs four times what a command does."""

import contextlib
import io
import json
import os
import sys

from awscli.clidriver import create_clidriver


# The tool keeps a variable of its own there.
own = dict(os.environ)


def run(command):
    os.environ.clear()
    os.environ.update({**own, **command["extra"]})
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        try:
            code = create_clidriver().main(command["args"])
        except SystemExit as exit:
            code = exit.code
    return {"code": code, "stdout": stdout.getvalue(), "stderr": stderr.getvalue(), "timedOut": False}


for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), flush=True)
