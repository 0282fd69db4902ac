-- The rows that broke a check. One seen again replaces its older record and is counted: the bytes of both are in the
-- archive.
CREATE OR REPLACE TEMP TABLE violations AS
FROM judged WHERE reason IS NOT NULL
    -- a running day beyond what was asked for (Kraken always sends it) is no news unless it is marked as closed
    AND NOT (reason = 'day_not_closed' AND day > last_day AND closed IS NOT TRUE);

CREATE OR REPLACE TEMP TABLE seen_before AS
SELECT q.venue, q.symbol, q.opened_ms, q.reason, max(q.seen) AS seen
FROM quarantine q SEMI JOIN violations v
    ON q.venue = v.venue AND q.symbol = v.symbol AND q.opened_ms = v.opened_ms AND q.reason = v.reason
GROUP BY ALL;

DELETE FROM quarantine USING seen_before b
WHERE quarantine.venue = b.venue AND quarantine.symbol = b.symbol
    AND quarantine.opened_ms = b.opened_ms AND quarantine.reason = b.reason;

INSERT INTO quarantine
SELECT DISTINCT ON (v.venue, v.symbol, v.opened_ms, v.reason, received)
    v.venue, v.symbol, v.day, v.opened_ms, v.reason,
    to_json([open_literal, high_literal, low_literal, close_literal, base_volume_literal, turnover_literal])::VARCHAR
        AS received,
    v.observation, v.received_at, coalesce(b.seen, 0) + 1
FROM violations v LEFT JOIN seen_before b USING (venue, symbol, opened_ms, reason);
