"""Published files of earlier schemas: which are still read, and what stands in for the tables that they lack."""

# Frozen files are never made anew, so a schema is given up only where its files could not be answered from.
OLDEST_READABLE = 4
# By the schema that brought a table: statements that make it, empty and temporary, over an older file. A column that
# was added to a table is made by a temporary view of the table's name, `file` standing for the file that is read:
# `CREATE TEMP VIEW markets AS SELECT *, NULL AS added FROM file.markets`.
LATER: dict[int, tuple[str, ...]] = {
    # What users filed, and the log. Answers read nothing else of these; rulebooks that do not tell of quotations by
    # hand refuse them.
    5: (
        (
            "CREATE TEMP VIEW rulebooks AS FROM file.rulebooks UNION ALL BY NAME "
            "SELECT DISTINCT rulebook, title, in_force_from, 'manual_quotations' AS key, 'refuse' AS value, "
            "in_force_from AS holds_from, '' AS clause, '' AS source FROM file.rulebooks"
        ),
        # Until then every missing market left a turnover open, whatever its base asset.
        "CREATE TEMP VIEW venue_days AS SELECT *, 0 AS missing_uncounted FROM file.venue_days",
        (
            "CREATE TEMP VIEW publication_facts AS "
            "SELECT *, NULL::DATE AS shown_until, NULL::VARCHAR AS document FROM file.publication_facts"
        ),
        (
            "CREATE TEMP TABLE documents (sha256 VARCHAR, venue VARCHAR, venue_collected BOOLEAN, first_day DATE, "
            "last_day DATE, author VARCHAR, note VARCHAR, address VARCHAR, name VARCHAR, media VARCHAR, bytes BIGINT, "
            "filed_at TIMESTAMPTZ)"
        ),
        (
            "CREATE TEMP TABLE manual_quotations (id VARCHAR, coin VARCHAR, day DATE, venue VARCHAR, "
            "venue_collected BOOLEAN, market VARCHAR, quote VARCHAR, close DECIMAL(38,18), close_literal VARCHAR, "
            "closes_at TIMESTAMPTZ, document VARCHAR, author VARCHAR, reason VARCHAR, entered_at TIMESTAMPTZ, "
            "withdrawn_at TIMESTAMPTZ, withdrawn_because VARCHAR, withdrawal VARCHAR)"
        ),
        (
            "CREATE TEMP TABLE log_versions (tree INTEGER, version VARCHAR, logged_at TIMESTAMPTZ, size INTEGER, "
            "root VARCHAR, batches VARCHAR, reason VARCHAR, previous VARCHAR, previous_root VARCHAR, chain VARCHAR)"
        ),
        (
            "CREATE TEMP TABLE log_batches (batch VARCHAR, first_leaf INTEGER, leaves INTEGER, root VARCHAR, "
            "version VARCHAR, late BOOLEAN)"
        ),
    ),
}


def refusal(schema: int, present: int, software: str) -> str | None:
    """Why a file of this schema, made by `software`, is not read by a program of the `present` one."""
    if OLDEST_READABLE <= schema <= present:
        return None
    known = f"{OLDEST_READABLE} to {present}" if present > OLDEST_READABLE else f"{present}"
    step = f"upgrade the program to {software} or newer"
    if schema < OLDEST_READABLE:
        step = f"ask it with {software}, which made it, or run `oracle publish` for a new one"
    return f"has schema {schema}, this program knows {known}; {step}"


def stand_ins(schema: int, catalogue: str) -> tuple[str, ...]:
    """The statements for a file of this schema under its name in the database, the older schema's first."""
    quoted = catalogue.replace('"', '""')
    needed = [each for brought, made in sorted(LATER.items()) if brought > schema for each in made]
    return tuple(each.replace(" file.", f' "{quoted}".main.') for each in needed)
