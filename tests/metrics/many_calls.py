"""The metrics client with its imports, which take most of a call, made once: each call is a fork of this process.

Reads a call a line, as JSON: the client's arguments, and the file for all that it says. Answers with its exit code.
"""

import json
import os
import sys

from dbt_metricflow.cli.main import cli

if __name__ == "__main__":
    for line in sys.stdin:
        call = json.loads(line)
        if not (child := os.fork()):
            said = os.open(call["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(said, 1)
            os.dup2(said, 2)
            os.chdir(call["folder"])
            sys.argv = ["mf", *call["arguments"]]
            sys.exit(cli())
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
