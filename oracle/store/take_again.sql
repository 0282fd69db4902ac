-- Pages about days of which something may be known: what is told alike again is left, a newer figure ends the older.
CREATE OR REPLACE TEMP TABLE good AS
FROM judged
WHERE reason IS NULL AND day BETWEEN first_day AND last_day AND duplicate IS DISTINCT FROM 'repeat';

CREATE OR REPLACE TEMP TABLE known AS
SELECT c.venue, c.symbol, c.day, c.known_from,
    (c.open, c.high, c.low, c.close, c.base_volume, c.turnover_quote)
        IS NOT DISTINCT FROM (g.open, g.high, g.low, g.close, g.base_volume, g.turnover) AS same
FROM candles c JOIN good g ON c.venue = g.venue AND c.symbol = g.symbol AND c.day = g.day
WHERE c.known_to IS NULL;

UPDATE candles SET known_to = greatest(g.received_at, candles.known_from + INTERVAL 1 MICROSECOND)
FROM good g JOIN known k ON k.venue = g.venue AND k.symbol = g.symbol AND k.day = g.day AND NOT k.same
WHERE candles.venue = g.venue AND candles.symbol = g.symbol AND candles.day = g.day AND candles.known_to IS NULL;

INSERT INTO candles
SELECT g.venue, g.symbol, g.day, g.open, g.high, g.low, g.close, g.base_volume, g.turnover,
    coalesce(g.turnover, g.turnover_low), coalesce(g.turnover, g.turnover_high),
    g.close_literal, g.base_volume_literal, g.turnover_literal, g.observation,
    -- an older figure ends before the newer begins, whatever the clocks said
    greatest(g.received_at, k.known_from + INTERVAL 1 MICROSECOND), NULL
FROM good g LEFT JOIN known k USING (venue, symbol, day)
WHERE k.same IS NOT TRUE
