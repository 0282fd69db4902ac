-- Takes the rows of `incoming_rows` (one per candle, literals) of the pages in `incoming_pages` into the store:
-- checks each row, quarantines what breaks a check, keeps what is new, closes what is revised.

CREATE OR REPLACE TEMP TABLE typed AS
SELECT
    page, opened_ms, duplicate, closed,
    open AS open_literal, high AS high_literal, low AS low_literal,
    close AS close_literal, base_volume AS base_volume_literal, turnover AS turnover_literal,
    try_cast(open AS DECIMAL(38,18)) AS open, try_cast(high AS DECIMAL(38,18)) AS high,
    try_cast(low AS DECIMAL(38,18)) AS low, try_cast(close AS DECIMAL(38,18)) AS close,
    try_cast(base_volume AS DECIMAL(38,18)) AS base_volume, try_cast(turnover AS DECIMAL(38,18)) AS turnover,
    turnover_low, turnover_high
FROM incoming_rows;

CREATE OR REPLACE TEMP TABLE checked AS
SELECT
    p.venue, p.symbol, p.observation, p.received_at, p.first_day, p.last_day,
    DATE '1970-01-01' + CAST((opened_ms - p.opens_ms) // 86400000 AS INTEGER) AS day,
    t.*,
    CASE
        WHEN (opened_ms - p.opens_ms) % 86400000 <> 0 THEN 'opening_off_boundary'
        WHEN closed IS FALSE OR opened_ms + 86400000 > p.closed_before_ms THEN 'day_not_closed'
        WHEN NOT (is_number(open_literal) AND is_number(high_literal) AND is_number(low_literal)
                  AND is_number(close_literal) AND is_number(base_volume_literal)
                  AND (turnover_literal IS NULL OR is_number(turnover_literal))) THEN 'not_a_number'
        -- A price must be held exactly; a number that does not fit the column at all is caught here too.
        WHEN open IS NULL OR high IS NULL OR low IS NULL OR close IS NULL OR base_volume IS NULL
             OR (turnover IS NULL AND turnover_literal IS NOT NULL)
             OR greatest(decimals_of(open_literal), decimals_of(high_literal), decimals_of(low_literal),
                         decimals_of(close_literal)) > 18 THEN 'too_many_digits'
        WHEN close <= 0 THEN 'close_not_positive'
        WHEN NOT (low <= open AND open <= high AND low <= close AND close <= high) THEN 'prices_out_of_order'
        WHEN turnover IS NOT NULL AND NOT plausible_turnover(
            low, high, base_volume, turnover, base_volume_literal, turnover_literal) THEN 'turnover_out_of_range'
        WHEN duplicate = 'conflict' THEN 'conflicting_duplicate'
    END AS reason
FROM typed t JOIN incoming_pages p USING (page);

CREATE OR REPLACE TEMP TABLE violations AS
SELECT * FROM checked WHERE reason IS NOT NULL
    -- a running day beyond what was asked for (Kraken always sends it) is no news unless it is marked as closed
    AND NOT (reason = 'day_not_closed' AND day > last_day AND closed IS NOT TRUE);

-- The same violation seen again replaces its older record and is counted: the bytes of both are in the archive.
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

-- Rows outside of what was asked for are not taken: another page asks for them.
CREATE OR REPLACE TEMP TABLE good AS
SELECT * FROM checked
WHERE reason IS NULL AND day BETWEEN first_day AND last_day AND duplicate IS DISTINCT FROM 'repeat';

CREATE OR REPLACE TEMP TABLE known AS
SELECT c.venue, c.symbol, c.day, c.known_from,
    (c.open, c.high, c.low, c.close, c.base_volume, c.turnover_quote)
        IS NOT DISTINCT FROM (g.open, g.high, g.low, g.close, g.base_volume, g.turnover) AS same
FROM candles c JOIN good g ON c.venue = g.venue AND c.symbol = g.symbol AND c.day = g.day
WHERE c.known_to IS NULL
    AND c.day BETWEEN (SELECT min(day) FROM good) AND (SELECT max(day) FROM good);
