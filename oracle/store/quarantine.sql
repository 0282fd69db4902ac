-- The rows that broke a check. One seen again replaces its older record and is counted: the bytes of both are in the
-- archive.
CREATE OR REPLACE TEMP TABLE violations AS
SELECT venue, symbol, day, opened_ms, reason, observation, received_at,
    to_json([open_literal, high_literal, low_literal, close_literal, base_volume_literal, turnover_literal])::VARCHAR
        AS received
FROM judged WHERE reason IS NOT NULL
    -- a running day beyond what was asked for (Kraken always sends it) is no news unless it is marked as closed
    AND NOT (reason = 'day_not_closed' AND day > last_day AND closed IS NOT TRUE)
UNION ALL BY NAME
-- A figure that counts, and that the venue no longer shows though it answers for that day: it stays, but is in doubt.
SELECT c.venue, c.symbol, c.day, (c.day - DATE '1970-01-01') * 86400000 + p.opens_ms AS opened_ms,
    'candle_vanished' AS reason, p.observation, p.received_at, '[]' AS received
FROM candles c JOIN incoming_pages p
    ON p.venue = c.venue AND p.symbol = c.symbol AND c.day BETWEEN p.answered_first AND p.answered_last
WHERE c.known_to IS NULL AND c.known_from < p.received_at
    AND NOT EXISTS (FROM judged j WHERE j.venue = c.venue AND j.symbol = c.symbol AND j.day = c.day);

CREATE OR REPLACE TEMP TABLE seen_before AS
SELECT q.venue, q.symbol, q.opened_ms, q.reason, max(q.seen) AS seen
FROM quarantine q SEMI JOIN violations v
    ON q.venue = v.venue AND q.symbol = v.symbol AND q.opened_ms = v.opened_ms AND q.reason = v.reason
GROUP BY ALL;

DELETE FROM quarantine USING seen_before b
WHERE quarantine.venue = b.venue AND quarantine.symbol = b.symbol
    AND quarantine.opened_ms = b.opened_ms AND quarantine.reason = b.reason;

INSERT INTO quarantine
SELECT DISTINCT ON (v.venue, v.symbol, v.opened_ms, v.reason, v.received)
    v.venue, v.symbol, v.day, v.opened_ms, v.reason, v.received, v.observation, v.received_at, coalesce(b.seen, 0) + 1
FROM violations v LEFT JOIN seen_before b USING (venue, symbol, opened_ms, reason);
