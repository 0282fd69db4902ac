"""`oracle serve`: the HTTP API."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oracle import settings
from oracle.commands.app import HomeOption, app
from oracle.errors import QuestionError
from oracle.settings import Home

if TYPE_CHECKING:
    from oracle.api.serve import Serving


@app.command()
def serve(
    *,
    home: HomeOption = None,
    host: Annotated[
        str | None,
        typer.Option(help="Address to listen at; others than loopback need --tokens.", show_default="127.0.0.1"),
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.", show_default="8282")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Processes that share the address.", show_default="1")
    ] = None,
    tokens: Annotated[Path | None, typer.Option(help="File of tokens: callers must send one.")] = None,
    new_token: Annotated[
        str | None, typer.Option(metavar="NAME", help="Add a token to the file, print it once, and leave.")
    ] = None,
    cors: Annotated[
        list[str] | None, typer.Option(help="Origin whose pages may read answers in a browser; may be repeated.")
    ] = None,
    hosts: Annotated[
        list[str] | None,
        typer.Option("--hosts", help="Name under which callers reach the server, beside localhost; may be repeated."),
    ] = None,
    public_url: Annotated[
        str | None,
        typer.Option(
            help="Where callers reach the server if a proxy stands before it, such as https://oracle.example."
        ),
    ] = None,
    access_log: Annotated[bool | None, typer.Option("--access-log", help="Log every request.")] = None,
) -> None:
    """Answer questions over HTTP until told to stop.

    /docs shows what can be asked. New versions are taken up as they are published. SIGHUP reads the tokens again.
    All of it, and limits, can be set in the table [api] of oracle.toml; see `oracle settings`.
    """
    given = {
        "host": host,
        "port": port,
        "workers": workers,
        "tokens": str(tokens.expanduser().absolute()) if tokens else None,
        "cors": cors or None,
        "hosts": hosts or None,
        "public_url": public_url,
        "access_log": access_log,
    }
    where = settings.home(home)
    serving = serving_of(where, {key: value for key, value in given.items() if value is not None})
    if new_token is not None:
        from oracle.api.tokens import add

        if serving.tokens is None:
            raise QuestionError("--new-token adds to a file of tokens; name it with --tokens")
        typer.echo(add(serving.tokens, new_token))
        return
    from oracle.api.serve import serve as run

    run(where, serving, settings.clock())


def serving_of(home: Home, given: dict[str, Any]) -> "Serving":
    """How to serve: `given` by the command line over ORACLE_API__* over [api] of oracle.toml over the defaults."""
    from oracle.api.serve import Serving
    from oracle.api.service import Limits
    from oracle.configuration import read_settings

    read = read_settings(home.configuration, {"api": given} if given else {})[0].api
    limits = {key: getattr(read, key) for key in Limits.__dataclass_fields__}
    # A path in the file is told from where the file is.
    tokens = home.path / Path(read.tokens).expanduser() if read.tokens else None
    return Serving(
        host=read.host,
        port=read.port,
        workers=read.workers,
        tokens=tokens,
        cors=tuple(read.cors),
        hosts=tuple(read.hosts),
        public_url=read.public_url,
        access_log=read.access_log,
        limits=Limits(**limits),
    )
