-- A working store (this database) filled with what a published file (attached as `past`) had taken in by an instant.
-- Variables: known_at, the instant; day, the day that is asked about.
CREATE TEMP TABLE known_observations AS
FROM past.observations WHERE received_at <= getvariable('known_at');

INSERT INTO observations BY NAME FROM known_observations;

-- A market is gone where the newest list of that time lacked it; a later list tells that it was still there.
INSERT INTO markets BY NAME
WITH lists AS (
    SELECT source AS venue, max(received_at) AS newest FROM known_observations
    WHERE kind = 'markets' AND outcome = 'ok' GROUP BY source)
SELECT m.* EXCLUDE (market, last_seen, first_day, last_day, candles), least(m.last_seen, coalesce(l.newest, m.last_seen)) AS last_seen
FROM past.markets m LEFT JOIN lists l USING (venue) WHERE m.first_seen <= getvariable('known_at');

CREATE TEMP VIEW known_candles AS
FROM past.candle_history
WHERE known_from <= getvariable('known_at') AND (known_to IS NULL OR known_to > getvariable('known_at'));

-- The day itself whole; of all others what tells that a venue had published something, and where markets begin.
INSERT INTO candles BY NAME
SELECT * EXCLUDE (coin, market, quote, final) REPLACE (NULL AS known_to) FROM known_candles
WHERE day = getvariable('day')
UNION
SELECT DISTINCT ON (venue, day) * EXCLUDE (coin, market, quote, final) REPLACE (NULL AS known_to) FROM known_candles
WHERE day <> getvariable('day')
UNION
SELECT DISTINCT ON (venue, symbol) * EXCLUDE (coin, market, quote, final) REPLACE (NULL AS known_to)
FROM (FROM known_candles ORDER BY day);

INSERT INTO quarantine BY NAME FROM past.quarantine WHERE noticed_at <= getvariable('known_at');

INSERT INTO rates BY NAME
SELECT * REPLACE (NULL AS known_to) FROM past.official_rates
WHERE known_from <= getvariable('known_at') AND (known_to IS NULL OR known_to > getvariable('known_at'));

INSERT INTO rates_answered
SELECT split_part(subject, ' ', 1), answered_first, answered_last, received_at, sha256 FROM known_observations
WHERE kind = 'rates' AND answered_first IS NOT NULL;

CREATE TEMP VIEW incoming_pages AS
SELECT o.source AS venue, o.subject AS symbol, o.answered_first, o.answered_last, o.received_at,
    (o.received_at - to_minutes(v.day_opens_minutes) - getvariable('settled'))::DATE - 1 AS settled_until
FROM known_observations o JOIN past.venues v ON v.venue = o.source
WHERE o.kind NOT IN ('markets', 'rates', 'currencies') AND o.answered_first IS NOT NULL;
