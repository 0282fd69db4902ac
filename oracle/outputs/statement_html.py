"""A statement as one HTML file that needs nothing else: for screens of every width, for readers aloud, for A4."""

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from html import escape
from importlib.resources import files

from oracle.outputs.statement import Statement
from oracle.outputs.statement_document import document
from oracle.outputs.statement_page import Document, Fact, Grid, Page, Section, Summary
from oracle.outputs.statement_seal import svg_inline

# A run of characters without a space for which a column is too narrow.
_LONG = re.compile(r"[^\s<>]{25,}")


def html(statement: Statement) -> bytes:
    """The same content as the PDF; nothing in it runs or is fetched, and a policy in it forbids both."""
    told = document(statement)
    style = _style()
    policy = f"default-src 'none'; style-src '{_digest(style)}'; base-uri 'none'; form-action 'none'"
    parts = [
        "<!DOCTYPE html>\n",
        '<html lang="ru">\n<head>\n<meta charset="utf-8">\n',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        f'<meta name="generator" content="{escape(told.author)}">\n',
        f"<title>{escape(told.title)}</title>\n<style>{style}</style>\n</head>\n",
        "<body>\n",
        f'<div class="mark" aria-hidden="true">{escape(told.mark)}</div>\n' if told.mark else "",
        "<main>\n",
        _summary(told, told.summary) if told.summary else "",
        *(_page(told, each) for each in told.pages),
        "</main>\n</body>\n</html>\n",
    ]
    return "".join(parts).encode()


@cache
def _style() -> str:
    return files("oracle.outputs").joinpath("statement.css").read_text("utf-8")


def _digest(style: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _top(told: Document, title: str, subject: str, law: str) -> str:
    seal = ""
    if told.seal:
        drawn = svg_inline(told.seal).replace("<svg", f'<svg role="img" aria-label="{escape(told.seal_alt)}"', 1)
        seal = f"<figure>{drawn}<figcaption>{escape(told.seal_label)}</figcaption></figure>"
    marked = f'<p class="marked">{escape(told.marked)}</p>' if told.marked else ""
    lines = f"<h1>{escape(title)}</h1><p class='subject'>{escape(subject)}</p><p class='dim'>{escape(law)}</p>"
    return f"<header><div>{lines}</div>{seal}</header>\n{marked}"


def _page(told: Document, page: Page) -> str:
    below = f"<span>{escape(page.below)}</span>" if page.below else ""
    kind = "found" if page.found else "not-found"
    return (
        f'<article id="sheet-{page.number}">\n{_top(told, page.title, page.subject, page.law)}'
        f'<p class="headline {kind}"><strong>{escape(page.headline)}</strong>{below}</p>\n'
        f"{''.join(_section(each) for each in page.sections)}{_foot(told)}</article>\n"
    )


def _foot(told: Document) -> str:
    return f'<footer class="dim">{escape(told.advice)}</footer>\n'


def _section(section: Section) -> str:
    grid = _grid(section.grid, section.title) if section.grid else ""
    notes = "".join(f"<p>{escape(each)}</p>" for each in section.notes)
    return f"<section><h2>{escape(section.title)}</h2>{_facts(section.facts)}{grid}{notes}</section>\n"


def _facts(facts: Iterable[Fact]) -> str:
    told = "".join(f"<dt>{escape(each.label)}</dt><dd>{_styled(each)}</dd>" for each in facts)
    return f"<dl>{told}</dl>" if told else ""


def _styled(fact: Fact) -> str:
    name = {"code": "code", "strong": "strong"}.get(fact.style)
    return f"<{name}>{escape(fact.value)}</{name}>" if name else escape(fact.value)


def _grid(grid: Grid, caption: str) -> str:
    return _table(grid, caption, (_cells(grid, map(escape, row)) for row in grid.rows), "")


def _summary(told: Document, summary: Summary) -> str:
    grid = summary.grid
    drawn = (
        _cells(
            grid, [*map(escape, row[:-1]), f'<a href="#sheet-{to}">{escape(row[-1])}</a>' if to else escape(row[-1])]
        )
        for row, to in zip(grid.rows, summary.to, strict=True)
    )
    label, value = summary.total
    total = (
        f'<tfoot><tr><th scope="row" colspan="6">{escape(label)}</th><td class="right">{escape(value)}</td>'
        '<td colspan="3"></td></tr></tfoot>'
    )
    notes = "".join(f"<p>{escape(each)}</p>" for each in summary.notes)
    return (
        f'<article class="summary">\n{_top(told, summary.title, summary.subject, summary.law)}'
        f"{_table(grid, summary.title, drawn, total)}{notes}{_facts(summary.facts)}{_foot(told)}</article>\n"
    )


def _table(grid: Grid, caption: str, rows: Iterable[str], foot: str) -> str:
    """Wider than a phone: it then moves sideways within its own frame, which the keyboard reaches too."""
    head = "".join(f'<th scope="col"{_side(grid, at)}>{escape(name)}</th>' for at, name in enumerate(grid.head))
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    name = escape(caption)
    return (
        f'<div class="frame" role="region" aria-label="{name}" tabindex="0"><table><caption>{name}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>{foot}</table></div>"
    )


def _cells(grid: Grid, cells: Iterable[str]) -> str:
    return "".join(f"<td{_side(grid, at, cell)}>{cell}</td>" for at, cell in enumerate(cells))


def _side(grid: Grid, at: int, cell: str = "") -> str:
    """Where a cell's text stands, and whether it has to be broken within its words."""
    names = [*(["right"] if at in grid.right else []), *(["long"] if _LONG.search(cell) else [])]
    return f' class="{" ".join(names)}"' if names else ""
