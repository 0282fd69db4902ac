"""The register of assets and of their names as rows for machines and as text for people."""

from collections.abc import Sequence
from typing import Any

from oracle.errors import QuestionError
from oracle.law.asset import Asset
from oracle.law.identity import ALWAYS, FAMILY, FOREVER, Alias, Identity
from oracle.outputs.table import listing

Rows = list[dict[str, Any]]


def register(identity: Identity, name: str | None) -> Rows:
    """Every registered asset with the entries for its codes; for a name, all that it may denote. QuestionError if none.

    Leveraged tokens made by a family are thousands and shown for a name only.
    """
    if name is None:
        return [_row(identity, each, families=False) for each in identity.registered.all()]
    said = identity.entries(name)
    codes = {each.asset for each in said} | {name}
    shown = [each for each in identity.assets.all() if each.code in codes or each.code.startswith(f"{name}-")]
    refused = [_entry(each) for each in said if each.refused]
    if not shown and not refused:
        raise QuestionError(
            f"unknown asset {name[:40]!r}; `oracle assets --unregistered` lists what venues show beyond"
        )
    rows = [_row(identity, each, families=True) for each in shown]
    return rows + ([{"asset": None, "name": f"{name}: refused", "names": refused}] if refused else [])


def _row(identity: Identity, asset: Asset, *, families: bool) -> dict[str, Any]:
    names = [each for each in identity.denoting(asset.code) if families or each.rank != FAMILY]
    return {
        "asset": asset.code,
        "name": asset.name,
        "kind": asset.kind,
        "obligated_person": asset.obligated_person or None,
        "peg": asset.peg or None,
        "wraps": asset.wraps or None,
        "since": asset.since,
        "units": asset.units,
        "units_of": asset.units_of or None,
        "source": asset.source,
        "note": asset.note or None,
        "names": [_entry(each) for each in names],
    }


def _entry(alias: Alias) -> dict[str, Any]:
    return {
        "code": alias.code,
        "venue": alias.venue or None,
        "since": alias.first if alias.first > ALWAYS else None,
        "until": alias.last if alias.last < FOREVER else None,
        "refused": alias.refused or None,
        "origin": alias.origin,
        "source": alias.source,
        "note": alias.note or None,
    }


def text(rows: Rows) -> str:
    """One line per asset; for few assets their names, notes and sources too."""
    if len(rows) > _FEW:
        cells = [
            (row["asset"], row["name"], row["kind"], row["obligated_person"], _codes(row["names"])) for row in rows
        ]
        return listing(("asset", "name", "kind", "obligated person", "also written"), cells)
    return "\n".join(_paragraph(row) for row in rows)


_FEW = 20


def _paragraph(row: dict[str, Any]) -> str:
    lines = [f"{row['asset']}: {row['name']}, {row['kind']}" if row["asset"] else row["name"]]
    keys = ("obligated_person", "peg", "wraps", "since", "note", "source")
    lines += [f"  {key.replace('_', ' ')}: {row[key]}" for key in keys if row.get(key)]
    if row.get("units_of"):
        lines.append(f"  one is {row['units']} {row['units_of']}")
    return "\n".join([*lines, *(f"  {_line(each)}" for each in row["names"])])


def _line(entry: dict[str, Any]) -> str:
    when = "".join(f" {word} {entry[word]}" for word in ("since", "until") if entry[word])
    why = f": {entry['refused']}" if entry["refused"] else ""
    own = " (yours)" if entry["origin"] == "user" else ""
    note = f"; {entry['note']}" if entry["note"] else ""
    return f"{entry['code']} at {entry['venue'] or 'all other venues'}{when}{why}{own} [{entry['source']}]{note}"


def _codes(entries: Rows) -> str:
    return ", ".join(sorted({each["code"] for each in entries}))


def unknown(rows: Sequence[dict[str, Any]]) -> str:
    """Assets that the register does not know, most markets first."""
    cells = [(row["asset"], row["markets"], ", ".join(row["venues"]), row["refused"]) for row in rows]
    return listing(("asset", "markets", "venues", "refused"), cells, right=("markets",))
