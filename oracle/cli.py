"""The command line `oracle`: one line on stderr and an exit status for every expected failure.

Exit status: 0 answered, 1 failed, 2 asked wrongly, 3 answered but nothing qualifies.
"""

import sys
from typing import Annotated

import typer

import oracle
from oracle.commands import (
    asking,
    choosing,
    comparing,
    differing,
    evidencing,
    filing,
    freezing,
    gathering,
    importing,
    knowing,
    operating,
    pricing,
    ruling,
    sealing,
    serving,
    weighing,
)
from oracle.commands.app import app
from oracle.errors import OracleError

# Importing the commands joins them to the application, in the order in which --help lists them.
COMMANDS = (
    *(gathering, importing, filing, operating, asking, pricing, evidencing, weighing, choosing, comparing, freezing),
    *(differing, knowing, ruling, sealing, serving),
)


def main() -> None:
    """Entry point; expected failures become one line on stderr."""
    try:
        app()
    except OracleError as error:
        sys.stderr.write(f"oracle: {error}\n")
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        sys.stderr.write("oracle: interrupted; what was acknowledged is kept, run the same command to go on\n")
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)


@app.callback(invoke_without_command=True)
def _options(
    *, version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False
) -> None:
    if version:
        typer.echo(f"oracle {oracle.__version__}")
        raise typer.Exit
