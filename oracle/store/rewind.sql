-- A working store (this database) filled with what a published file (attached as `past`) had taken in by an instant.
-- Variable: known_at, the instant. Tables: asked_days (day), the days that are asked about; asked_coins (coin), the coins,
-- for readings by coins.
CREATE TEMP TABLE known_observations AS
FROM past.observations WHERE received_at <= getvariable('known_at');

INSERT INTO observations BY NAME FROM known_observations;

-- A market is gone where the newest list of that time lacked it; a later list tells that it was still there.
INSERT INTO markets BY NAME
WITH lists AS (
    SELECT source AS venue, max(received_at) AS newest FROM known_observations
    WHERE kind = 'markets' AND outcome = 'ok' GROUP BY source)
SELECT m.* EXCLUDE (market, last_seen, first_day, last_day, candles), least(m.last_seen, coalesce(l.newest, m.last_seen)) AS last_seen
FROM past.markets m LEFT JOIN lists l USING (venue)
-- a market of a file is known from the import on
WHERE CASE WHEN m.state = 'imported' THEN (m.venue, m.symbol) IN
        (SELECT (source, subject) FROM known_observations WHERE kind = 'file')
      ELSE m.first_seen <= getvariable('known_at') END;

CREATE TEMP VIEW known_candles AS
FROM past.candle_history
WHERE known_from <= getvariable('known_at') AND (known_to IS NULL OR known_to > getvariable('known_at'));

-- The days themselves whole, and the coins' days; of all others what tells that a venue had published something, and where markets begin.
INSERT INTO candles BY NAME
SELECT * EXCLUDE (coin, market, quote, final, source) REPLACE (NULL AS known_to) FROM known_candles
WHERE day IN (FROM asked_days) OR coin IN (FROM asked_coins)
UNION
SELECT DISTINCT ON (venue, day) * EXCLUDE (coin, market, quote, final, source) REPLACE (NULL AS known_to) FROM known_candles
WHERE day NOT IN (FROM asked_days)
UNION
SELECT DISTINCT ON (venue, symbol) * EXCLUDE (coin, market, quote, final, source) REPLACE (NULL AS known_to)
FROM (FROM known_candles ORDER BY day);

-- The same of the UTC days of views, which the working store keeps under names of their own.
INSERT INTO candles BY NAME
SELECT * EXCLUDE (coin, market, quote, final) REPLACE (venue || '-utc' AS venue, NULL AS known_to)
FROM past.utc_day_history
WHERE day IN (FROM asked_days)
    AND known_from <= getvariable('known_at') AND (known_to IS NULL OR known_to > getvariable('known_at'));

INSERT INTO quarantine BY NAME FROM past.quarantine WHERE noticed_at <= getvariable('known_at');

INSERT INTO rates BY NAME
SELECT * REPLACE (NULL AS known_to) FROM past.official_rates
WHERE known_from <= getvariable('known_at') AND (known_to IS NULL OR known_to > getvariable('known_at'));

INSERT INTO rates_answered
SELECT split_part(subject, ' ', 1), answered_first, answered_last, received_at, sha256 FROM known_observations
WHERE kind = 'rates' AND answered_first IS NOT NULL;

-- A file that answers for the days of its rows only is known by these rows.
CREATE TEMP VIEW incoming_answers AS
SELECT a.*,
    (a.received_at - to_minutes(CASE WHEN a.venue = v.venue THEN v.day_opens_minutes ELSE 0 END)
        - getvariable('settled'))::DATE - 1 AS settled_until
FROM (
    SELECT o.source AS venue, o.subject AS symbol, o.answered_first, o.answered_last, o.received_at, FALSE AS by_user
    FROM known_observations o
    WHERE o.kind IN ('candles', 'file') AND o.answered_first IS NOT NULL
    UNION ALL
    SELECT o.source || '-utc', o.subject, o.answered_first, o.answered_last, o.received_at, FALSE
    FROM known_observations o
    WHERE o.kind = 'hours' AND o.answered_first IS NOT NULL
    UNION ALL
    SELECT c.venue, c.symbol, c.day, c.day, o.received_at, starts_with(o.url, 'file:csv/')
    FROM past.candle_history c JOIN known_observations o
        ON o.sha256 = c.observation AND o.source = c.venue AND o.subject = c.symbol AND o.kind = 'file'
    WHERE o.answered_first IS NULL
) a JOIN past.venues v ON v.venue = regexp_replace(a.venue, '-utc$', '');

-- What users had filed, and not yet withdrawn, by then.
INSERT INTO documents BY NAME
SELECT * EXCLUDE (venue_collected) FROM past.documents WHERE filed_at <= getvariable('known_at');

INSERT INTO manual_entries BY NAME
SELECT * EXCLUDE (venue_collected, withdrawn_at, withdrawn_because, withdrawal) FROM past.manual_quotations
WHERE entered_at <= getvariable('known_at');

INSERT INTO manual_withdrawals
SELECT withdrawal, id, withdrawn_because, withdrawn_at FROM past.manual_quotations
WHERE withdrawn_at <= getvariable('known_at');
