"""Commands that freeze a version for a filed declaration, and keep what is frozen."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from oracle import settings
from oracle.commands.app import HomeOption, Listing, ListingOption, app
from oracle.errors import QuestionError

frozen_app = typer.Typer(help="What is frozen: list, show, check, export, import, remove.")
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="As it was frozen, for example declaration-2025.")]


@app.command()
def freeze(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it, for example declaration-2025.")],
    *,
    home: HomeOption = None,
    version: Annotated[str, typer.Option(metavar="VERSION", help="A version that is still kept.")] = "latest",
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="What for; kept with it.")] = None,
) -> None:
    """Pin the published version under a name.

    It is never cleared away, and `--dataset NAME` asks it again: what was filed can be shown later, digit for digit.
    """
    from oracle.freezing.freeze import freeze as pinned

    manifest = pinned(settings.home(home).published, name, version, reason, settings.clock()())
    typer.echo(f"frozen {manifest['name']}: version {manifest['version']}, sha256 {manifest['sha256']}")


app.add_typer(frozen_app, name="frozen")


@frozen_app.callback(invoke_without_command=True)
def listed(context: typer.Context, *, home: HomeOption = None, output: ListingOption = Listing.TEXT) -> None:
    """List what is frozen: published/frozen in the home folder, which is what to back up."""
    if context.invoked_subcommand:
        return
    _list(home, output)


@frozen_app.command("list")
def list_(home: HomeOption = None, output: ListingOption = Listing.TEXT) -> None:
    """List what is frozen."""
    _list(home, output)


@frozen_app.command()
def show(name: NameArgument, home: HomeOption = None, output: ListingOption = Listing.TEXT) -> None:
    """Show the manifest of what is frozen under a name."""
    from oracle.freezing.freeze import frozen, manifest_text

    manifest = frozen(settings.home(home).published, name)
    if output is Listing.JSON:
        typer.echo(manifest_text(manifest), nl=False)
        return
    for key, value in manifest.items():
        shown = ", ".join(f"{table} {rows}" for table, rows in value.items()) if isinstance(value, dict) else value
        typer.echo(f"{key}: {'' if shown is None else shown}")


@frozen_app.command()
def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Default: all.")] = None,
    home: HomeOption = None,
) -> None:
    """Read what is frozen and compare it with the hashes kept beside; exit status 1 if any is damaged."""
    from oracle.freezing.freeze import damage, frozen
    from oracle.freezing.versions import FOLDER

    published = settings.home(home).published
    asked = [frozen(published, name)["name"] for name in names or ()]
    found = {
        name: damage(published, name)
        for name in asked or sorted(each.stem for each in (published / FOLDER).glob("*.json"))
    }
    for name, wrong in found.items():
        typer.echo(f"damaged: {name}: {wrong}; restore it from a backup" if wrong else f"sound: {name}")
    if any(found.values()):
        raise typer.Exit(1)


@frozen_app.command()
def export(
    name: NameArgument,
    *,
    home: HomeOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Default: NAME.tar in this folder.")
    ] = None,
) -> None:
    """Write what is frozen into one file, a plain tar of the manifest and the DuckDB file."""
    from oracle.freezing.carry import export as written
    from oracle.freezing.freeze import checked_name

    path = output or Path(f"{checked_name(name)}.tar")
    manifest = written(settings.home(home).published, name, path)
    typer.echo(f"{path}: version {manifest['version']}, sha256 of the DuckDB file {manifest['sha256']}")


@frozen_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `oracle frozen export` wrote.")],
    *,
    home: HomeOption = None,
    name: Annotated[str | None, typer.Option("--as", metavar="NAME", help="Freeze it under another name.")] = None,
) -> None:
    """Take in an exported file; its hash is checked before it counts."""
    from oracle.freezing.carry import take_in

    manifest = take_in(settings.home(home).usable().published, file, name)
    typer.echo(f"frozen {manifest['name']}: version {manifest['version']}, sha256 {manifest['sha256']}")


@frozen_app.command()
def remove(
    name: NameArgument,
    *,
    home: HomeOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="It cannot be undone.")] = False,
) -> None:
    """Let go of what is frozen under a name."""
    from oracle.freezing.freeze import frozen
    from oracle.freezing.freeze import remove as let_go

    published = settings.home(home).published
    there = frozen(published, name)
    if not yes:
        raise QuestionError(
            f"this removes {there['name']} (version {there['version']}) for good; say --yes, or export it first"
        )
    let_go(published, name)
    typer.echo(f"removed {there['name']}: version {there['version']}")


def _list(home: Path | None, output: Listing) -> None:
    from oracle.freezing.versions import frozen_ones
    from oracle.outputs.table import listing

    rows: list[dict[str, Any]] = [
        {"name": name, **{key: each.get(key) for key in _LISTED}}
        for name, each in frozen_ones(settings.home(home).published).items()
    ]
    if output is Listing.JSON:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif rows:
        columns = ("name", "frozen_at", "version", "bytes", "reason")
        typer.echo(listing(columns, [[row[each] for each in columns] for row in rows], right=("bytes",)))
    else:
        typer.echo("nothing is frozen yet; `oracle freeze NAME` pins the published version")


_LISTED = ("frozen_at", "version", "published_at", "demo", "software", "schema_version", "bytes", "sha256", "reason")
