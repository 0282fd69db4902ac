"""From the text of a table to its lines and cells: UTF-8, one line per row, every line with the same cells."""

import csv
from collections.abc import Iterator

from oracle.errors import QuestionError
from oracle.imports.layout import Layout, Role

LINE_CHARACTERS = 4096
LINES = 40_000


def fault(line: int, column: str, reason: str) -> QuestionError:
    """What is wrong at one place of a file; whoever knows the file's name sets it before."""
    return QuestionError(f"line {line}, column {column}: {reason}")


def rows(text: bytes, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each line that holds a candle; the header line is checked and left out."""
    lines = _lines(text)
    reader = csv.reader(lines[layout.skip :], delimiter=layout.delimiter, strict=True)
    cells, blank, first = layout.cells, None, True
    try:
        for row in reader:
            number = layout.skip + reader.line_num
            if not row:
                continue
            if cells is None:
                cells = len(row)
            if len(row) != cells:
                raise QuestionError(
                    f"line {number} has {len(row)} cells where {cells} are expected; the file is of another kind, "
                    "or its layout changes: import the parts as files of their own"
                )
            if first and (layout.named or tuple(row) == layout.heading):
                first = False
                continue
            first = False
            if not layout.named:
                # Without names only the position says what a cell is: an empty one may not begin to mean something.
                pattern = [not cell.strip() for cell in row]
                if blank is not None and pattern != blank:
                    column = next(at for at, (old, new) in enumerate(zip(blank, pattern, strict=True)) if old != new)
                    raise fault(number, str(column), "is empty in some lines and filled in others: the layout changes")
                blank = pattern
            yield number, row
    except csv.Error as error:
        raise QuestionError(f"line {layout.skip + reader.line_num} is no line of a csv: {error}") from error


def positions(text: bytes, layout: Layout) -> dict[Role, tuple[int, str]]:
    """By role, the position of its column and what messages call it."""
    if not layout.named:
        return {role: (int(where), f"{where} ({role})") for role, where in layout.columns.items()}
    lines = _lines(text)[layout.skip :]
    header = next(csv.reader(lines, delimiter=layout.delimiter), [])
    names = [name.strip() for name in header]
    result: dict[Role, tuple[int, str]] = {}
    for role, name in layout.columns.items():
        where = str(name)
        if names.count(where) != 1:
            often = "more than once" if where in names else "not"
            raise QuestionError(
                f"line {layout.skip + 1}: the column {where!r} is {often} in the header {', '.join(names)[:200]}; "
                "name the columns as they stand there, or set --skip to the lines before the header"
            )
        result[role] = (names.index(where), f"{names.index(where)} ({where})")
    return result


def _lines(text: bytes) -> list[str]:
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = text.count(b"\n", 0, error.start) + 1
        raise QuestionError(f"line {at} is not UTF-8; give the file as it was downloaded") from error
    lines = [line.removesuffix("\r") for line in decoded.removesuffix("\n").split("\n")]
    if len(lines) > LINES:
        raise QuestionError(f"has {len(lines)} lines, more than {LINES}; a file of one market's days is shorter")
    for number, line in enumerate(lines, 1):
        if "\0" in line:
            raise QuestionError(f"line {number} holds a NUL byte; give the file as it was downloaded")
        if len(line) > LINE_CHARACTERS:
            raise QuestionError(f"line {number} is longer than {LINE_CHARACTERS} characters; a row of candles is not")
        if line.count('"') % 2:
            raise QuestionError(f"line {number} has an open quotation mark; a row of candles stands on one line")
    return lines
