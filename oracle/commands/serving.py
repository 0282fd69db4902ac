"""`oracle serve`: the HTTP API."""

from pathlib import Path
from typing import Annotated

import typer

from oracle import settings
from oracle.commands.app import HomeOption, app
from oracle.errors import QuestionError


@app.command()
def serve(
    *,
    home: HomeOption = None,
    host: Annotated[str, typer.Option(help="Address to listen at; others than loopback need --tokens.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8282,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that share the address.")] = 1,
    tokens: Annotated[Path | None, typer.Option(help="File of tokens: callers must send one.")] = None,
    new_token: Annotated[
        str | None, typer.Option(metavar="NAME", help="Add a token to the file, print it once, and leave.")
    ] = None,
    cors: Annotated[
        list[str] | None, typer.Option(help="Origin whose pages may read answers in a browser; may be repeated.")
    ] = None,
    access_log: Annotated[bool, typer.Option(help="Log every request.")] = False,
) -> None:
    """Answer questions over HTTP until told to stop.

    /docs shows what can be asked. New versions are taken up as they are published. SIGHUP reads the tokens again.
    """
    if new_token is not None:
        from oracle.api.tokens import add

        if tokens is None:
            raise QuestionError("--new-token adds to a file of tokens; name it with --tokens")
        typer.echo(add(tokens, new_token))
        return
    from oracle.api.serve import Serving
    from oracle.api.serve import serve as run

    serving = Serving(host, port, workers, tokens, tuple(cors or ()), access_log)
    run(settings.home(home), serving, settings.clock())
