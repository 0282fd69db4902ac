-- The working store: what was read out of the archive. It belongs to one writer and can be rebuilt from the archive.
CREATE TABLE meta (schema_version INTEGER NOT NULL);

-- Archive batches whose rows are in the tables below; a batch and its rows are committed together.
CREATE TABLE batches (batch VARCHAR PRIMARY KEY, observations INTEGER NOT NULL);

-- What the log says of each batch: the hashes of its leaves, 32 bytes each, and the root (hex) over these alone.
CREATE TABLE leaves (batch VARCHAR PRIMARY KEY, root VARCHAR NOT NULL, leaves BLOB NOT NULL);

CREATE TABLE observations (
    batch VARCHAR NOT NULL, source VARCHAR NOT NULL, kind VARCHAR NOT NULL, subject VARCHAR NOT NULL,
    first_day DATE, last_day DATE, url VARCHAR NOT NULL, status SMALLINT, asked_at TIMESTAMPTZ NOT NULL,
    received_at TIMESTAMPTZ NOT NULL, outcome VARCHAR NOT NULL, detail VARCHAR NOT NULL, sha256 VARCHAR,
    -- the days for which the answer is conclusive, with a figure or with none
    answered_first DATE, answered_last DATE, demo BOOLEAN NOT NULL
);

CREATE TABLE markets (
    venue VARCHAR NOT NULL, symbol VARCHAR NOT NULL, base VARCHAR NOT NULL, quote VARCHAR NOT NULL,
    state VARCHAR NOT NULL, first_seen TIMESTAMPTZ NOT NULL, last_seen TIMESTAMPTZ NOT NULL, observation VARCHAR NOT NULL,
    PRIMARY KEY (venue, symbol)
);

-- Every value that ever counted: the current one has no known_to.
CREATE TABLE candles (
    venue VARCHAR NOT NULL, symbol VARCHAR NOT NULL, day DATE NOT NULL,
    open DECIMAL(38,18) NOT NULL, high DECIMAL(38,18) NOT NULL, low DECIMAL(38,18) NOT NULL,
    close DECIMAL(38,18) NOT NULL, base_volume DECIMAL(38,18) NOT NULL, turnover_quote DECIMAL(38,18),
    turnover_low DECIMAL(38,18) NOT NULL, turnover_high DECIMAL(38,18) NOT NULL,
    close_literal VARCHAR NOT NULL, base_volume_literal VARCHAR NOT NULL, turnover_literal VARCHAR,
    observation VARCHAR NOT NULL, known_from TIMESTAMPTZ NOT NULL, known_to TIMESTAMPTZ
);

-- Days for which a venue answered about a market, with a candle or with none, and that are final.
CREATE TABLE settled (venue VARCHAR NOT NULL, symbol VARCHAR NOT NULL, first_day DATE NOT NULL, last_day DATE NOT NULL);

-- The days that are not final yet, once for every answer about them.
CREATE TABLE readings (
    venue VARCHAR NOT NULL, symbol VARCHAR NOT NULL, day DATE NOT NULL, received_at TIMESTAMPTZ NOT NULL
);

-- Days of which a user's own file tells: they count, but the venue has not answered for them.
CREATE TABLE told_by_users (
    venue VARCHAR NOT NULL, symbol VARCHAR NOT NULL, first_day DATE NOT NULL, last_day DATE NOT NULL
);

-- Rows that broke a check: kept with the reason, never used.
CREATE TABLE quarantine (
    venue VARCHAR NOT NULL, symbol VARCHAR NOT NULL, day DATE NOT NULL, opened_ms BIGINT NOT NULL, reason VARCHAR NOT NULL,
    received VARCHAR NOT NULL, observation VARCHAR NOT NULL, noticed_at TIMESTAMPTZ NOT NULL,
    seen INTEGER NOT NULL  -- how many observations showed it
);

CREATE TABLE rates (
    currency VARCHAR NOT NULL, effective_on DATE NOT NULL, nominal INTEGER NOT NULL, value VARCHAR NOT NULL,
    per_unit DECIMAL(20,10) NOT NULL, observation VARCHAR NOT NULL,
    known_from TIMESTAMPTZ NOT NULL, known_to TIMESTAMPTZ
);

-- Days for which the Bank's answer is conclusive: a rate that took effect on one of them would be in `rates`.
CREATE TABLE rates_answered (
    currency VARCHAR NOT NULL, first_day DATE NOT NULL, last_day DATE NOT NULL,
    received_at TIMESTAMPTZ NOT NULL, observation VARCHAR NOT NULL
);

-- The same days in the fewest spans.
CREATE MACRO merged_spans(spans) AS TABLE
WITH ordered AS (
    SELECT *, max(last_day) OVER (PARTITION BY venue, symbol ORDER BY first_day, last_day
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached FROM query_table(spans)),
islands AS (
    SELECT *, sum((reached IS NULL OR first_day > reached + 1)::INTEGER)
        OVER (PARTITION BY venue, symbol ORDER BY first_day, last_day) AS island FROM ordered)
SELECT venue, symbol, min(first_day) AS first_day, max(last_day) AS last_day FROM islands GROUP BY venue, symbol, island;

-- Days for which a venue answered about a market, final or not; and these with those of which users' own files tell.
CREATE VIEW asked_spans AS
SELECT venue, symbol, first_day, last_day FROM settled
UNION ALL SELECT DISTINCT venue, symbol, day, day FROM readings;
CREATE VIEW asked AS FROM merged_spans('asked_spans');
CREATE VIEW answered_spans AS FROM asked_spans UNION ALL FROM told_by_users;
CREATE VIEW answered AS FROM merged_spans('answered_spans');

-- The days that are not final, with when they were read, and since when their figure (or its absence) has stood.
CREATE VIEW pending AS
WITH days AS (
    SELECT venue, symbol, day, min(received_at) AS first_read, max(received_at) AS last_read FROM readings GROUP BY ALL),
doubts AS (
    SELECT venue, symbol, day, max(noticed_at) AS noticed_at, max(seen) AS seen FROM quarantine GROUP BY ALL)
SELECT d.*, greatest(d.first_read, coalesce(c.known_from, d.first_read), coalesce(q.noticed_at, d.first_read)) AS since,
    -- what came to nothing since the figure has stood
    CASE WHEN c.known_from IS NULL OR q.noticed_at > c.known_from THEN coalesce(q.seen, 0) ELSE 0 END AS doubts
FROM days d
LEFT JOIN (FROM candles WHERE known_to IS NULL) c ON c.venue = d.venue AND c.symbol = d.symbol AND c.day = d.day
LEFT JOIN doubts q ON q.venue = d.venue AND q.symbol = d.symbol AND q.day = d.day;
