"""Published files of earlier schemas: which are still read, and what stands in for the tables that they lack."""

# Frozen files are never made anew, so a schema is given up only where its files could not be answered from.
OLDEST_READABLE = 4
# By the schema that brought a table: statements that make it, empty and temporary, over an older file. A column that
# was added to a table is made by a temporary view of the table's name, `file` standing for the file that is read:
# `CREATE TEMP VIEW markets AS SELECT *, NULL AS added FROM file.markets`.
LATER: dict[int, tuple[str, ...]] = {}


def stand_ins(schema: int, catalogue: str) -> tuple[str, ...]:
    """The statements for a file of this schema under its name in the database, the older schema's first."""
    quoted = catalogue.replace('"', '""')
    needed = [each for brought, made in sorted(LATER.items()) if brought > schema for each in made]
    return tuple(each.replace(" file.", f' "{quoted}".main.') for each in needed)
