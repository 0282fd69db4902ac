"""Imports the command line once, then runs it in a forked child for each line of stdin: a JSON list of its words.

Prints the child's pid and, when it has ended, its exit status, negative for a signal.
"""

import json
import os
import sys

import ccxt.async_support  # noqa: F401 - imported before forking, for it takes half a second
import duckdb  # noqa: F401 - as above

import oracle.backfill as importing
import oracle.collect.record as recording
import oracle.gather  # noqa: F401 - as above
from oracle.cli import main
from oracle.knowledge import knowledge

# Batches so small that kills fall between, into and after them.
recording.BATCH_BYTES, recording.BATCH_SECONDS, importing.BATCH_FILES = 60_000, 0.02, 3


def serve() -> None:
    """One child at a time, until stdin ends."""
    knowledge()
    for line in sys.stdin:
        words = json.loads(line)
        child = os.fork()
        if not child:
            null = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(null, stream)
            sys.argv = ["oracle", *words]
            try:
                main()
            except SystemExit as stopped:
                os._exit(stopped.code if isinstance(stopped.code, int) else 1)
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


serve()
