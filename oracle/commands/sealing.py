"""Commands about the log of all observations and about the operator's keys: `oracle log`, `oracle keys`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oracle import settings
from oracle.commands.app import HomeOption, Listing, ListingOption, app
from oracle.errors import QuestionError

if TYPE_CHECKING:
    from oracle.seal.log import Log

log_app = typer.Typer(
    no_args_is_help=True,
    help="The log of all observations: a tree of hashes that only grows, so that nothing is rewritten unnoticed.",
)
app.add_typer(log_app, name="log")
keys_app = typer.Typer(no_args_is_help=True, help="The operator's keys, which sign published versions and evidence.")
app.add_typer(keys_app, name="keys")


def _log(home: settings.Home) -> "Log":
    from oracle.seal.log import Log

    return Log(home.log)


@log_app.command("show")
def show_log(home: HomeOption = None, output: ListingOption = Listing.TEXT) -> None:
    """Show the size and root of the log, and the versions and restarts that are chained in it."""
    import msgspec

    entries = _log(settings.home(home)).entries
    if output is Listing.JSON:
        typer.echo(json.dumps([msgspec.structs.asdict(each) for each in entries], indent=2, ensure_ascii=False))
        return
    if not entries:
        typer.echo("nothing is logged yet; `oracle publish` enters the first version")
        return
    for each in entries:
        what = each.version or f"begun anew, tree {each.tree}: {each.reason}; given up:"
        typer.echo(f"{each.at[:19]}Z  {what}  {each.size} observations, root {each.root}")
    typer.echo(f"tree {entries[-1].tree}, chain {entries[-1].chain}")


@log_app.command("check")
def check_log(home: HomeOption = None, output: ListingOption = Listing.TEXT) -> None:
    """Make every leaf again from the archive and compare it with what was logged.

    Names each batch that was changed, removed or slipped in. Exit status 1 if there is any.
    """
    from oracle.archive import Archive
    from oracle.publish import current
    from oracle.seal.audit import audit

    here = settings.home(home)
    log = _log(here)
    findings = list(audit(Archive(here.archive), log, current(here.published)))
    if output is Listing.JSON:
        typer.echo(json.dumps([each._asdict() for each in findings], indent=2, ensure_ascii=False))
    else:
        for each in findings:
            typer.echo(f"{'FAILED' if each.failed else 'note'}  {each.what}: {each.said}")
        if not any(each.failed for each in findings):
            typer.echo(f"{len(log.batches)} batches, {log.edge.size} observations are as they were published")
    if any(each.failed for each in findings):
        raise typer.Exit(1)


@log_app.command("prove")
def prove_logged(
    sha256: Annotated[str, typer.Argument(help="SHA-256 of a response, as answers tell it.")],
    home: HomeOption = None,
) -> None:
    """Print the proof that a response is in the log of the newest version."""
    from oracle.archive import Archive
    from oracle.seal.proof import prove

    here = settings.home(home)
    _document(prove(Archive(here.archive), _log(here), sha256.lower()))


@log_app.command("extends")
def extends_older(
    older: Annotated[Path, typer.Argument(help="The .json of an older published version.")],
    newer: Annotated[Path | None, typer.Option(help="The .json of a newer one; default: the newest.")] = None,
    home: HomeOption = None,
) -> None:
    """Print the proof that the log holds all that an older version had, unchanged; exit status 1 if it does not."""
    from oracle.seal.proof import grown

    later = _read_json(newer) if newer else None
    _document(grown(_log(settings.home(home)), _read_json(older), later))


@log_app.command("verify")
def verify_proof(
    proof: Annotated[Path, typer.Argument(help="A proof that `prove` or `extends` printed.")],
    root: Annotated[
        list[str] | None, typer.Option(help="A root that must be the proof's, from another source; may be repeated.")
    ] = None,
) -> None:
    """Verify a proof, without a home and without a network; exit status 1 if it does not hold."""
    from oracle.seal.proof import Inclusion, holds, read_proof

    found = read_proof(_read(proof))
    roots = [found.head.root] if isinstance(found, Inclusion) else [found.older.root, found.newer.root]
    if unknown := [each for each in root or () if each.lower() not in roots]:
        typer.echo(f"the proof is about another root than {unknown[0][:70]}")
        raise typer.Exit(1)
    if not holds(found):
        typer.echo("the proof does not hold")
        raise typer.Exit(1)
    if isinstance(found, Inclusion):
        typer.echo(f"observation {found.position} is in the tree of {found.head.size} with root {found.head.root}")
    else:
        typer.echo(f"the tree of {found.newer.size} with root {found.newer.root}")
        typer.echo(f"extends that of {found.older.size} with root {found.older.root}")


@log_app.command()
def restart(
    reason: Annotated[str, typer.Option(help="Why: it is recorded, and shown for ever.")],
    home: HomeOption = None,
) -> None:
    """Begin the log anew after an honest loss, where an archive came back from a backup without its newest batches.

    Nothing can be proven over a restart. Every version published afterwards tells of it, with the reason.
    """
    from oracle.operate.lock import only_collector
    from oracle.publish import current

    if not reason.strip():
        raise QuestionError("--reason is empty; say what was lost and why")
    here, now = settings.home(home), settings.clock()()
    with only_collector(here.path, "oracle log restart", now):
        entry = _log(here).restart(reason.strip(), now, current(here.published))
    typer.echo(f"tree {entry.tree} begins; {entry.size} observations with root {entry.root} were given up")
    typer.echo("run `oracle publish` now")


@keys_app.command()
def create(
    home: HomeOption = None,
    *,
    lost: Annotated[bool, typer.Option("--lost", help="In the place of a private key that is gone.")] = False,
) -> None:
    """Make the key that signs published versions from now on; ORACLE_KEY_PASSPHRASE protects it."""
    here = settings.home(home).usable()
    _tell_key(here, settings.keys(here).create(settings.clock()(), lost=lost))


@keys_app.command()
def rotate(home: HomeOption = None) -> None:
    """Make a new key, signed with the one in use, which is retired; its private part is removed."""
    here = settings.home(home)
    _tell_key(here, settings.keys(here).rotate(settings.clock()()))


@keys_app.command("show")
def show_keys(home: HomeOption = None, output: ListingOption = Listing.TEXT) -> None:
    """Show the public keys of all times, and whether each was vouched for by the one before it."""
    import base64

    import msgspec

    from oracle.seal.keys import follow

    kept = settings.keys(settings.home(home))
    keys = kept.all()
    if output is Listing.JSON:
        typer.echo(json.dumps([msgspec.to_builtins(each) for each in keys], indent=2))
        return
    if not keys:
        typer.echo("there is no key; `oracle keys create` makes one")
        return
    said = ["the first", *(each.said for each in follow(keys, base64.b64decode(keys[0].public_key)))]
    for key, each in zip(keys, said, strict=True):
        time = f"from {key.created_at} " + (f"to {key.retired_at}" if key.retired_at else "on, in use")
        typer.echo(f"{key.key_id}  {key.public_key}  {time}; {each}")
    typer.echo(f"public key for others: {kept.public_path(keys[-1])}")


def _tell_key(home: settings.Home, key: Any) -> None:  # noqa: ANN401 - a Key, imported when needed
    typer.echo(f"key {key.key_id}, public key {key.public_key}")
    typer.echo(f"give others {settings.keys(home).public_path(key)}; keep {home.keys} in your backups")


def _document(proof: Any) -> None:  # noqa: ANN401 - a proof, imported when needed
    import msgspec

    typer.echo(json.dumps(msgspec.to_builtins(proof), indent=2, ensure_ascii=False))


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(_read(path))
    except ValueError as error:
        raise QuestionError(f"{path} is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise QuestionError(f"{path} is no manifest; give the .json of a published version")
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise QuestionError(f"cannot read {path}: {error.strerror}") from error
