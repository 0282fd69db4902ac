-- Pages about days of which something may be known: what is told alike again is left, a newer figure ends the older.
-- A user's own file never ends what the venue told, and ends where the venue tells the day, alike or not.
CREATE OR REPLACE TEMP TABLE good AS
FROM judged
WHERE reason IS NULL AND day BETWEEN first_day AND last_day AND duplicate IS DISTINCT FROM 'repeat';

CREATE OR REPLACE TEMP TABLE known AS
SELECT k.venue, k.symbol, k.day, k.known_from,
    CASE WHEN k.by_user = g.by_user THEN
            (k.open, k.high, k.low, k.close, k.base_volume, k.turnover_quote)
                IS NOT DISTINCT FROM (g.open, g.high, g.low, g.close, g.base_volume, g.turnover)
         ELSE g.by_user END AS stays
FROM (SELECT *, observation IN (SELECT sha256 FROM observations WHERE kind = 'file' AND starts_with(url, 'file:csv/'))
          AS by_user
      FROM candles WHERE known_to IS NULL) k
JOIN good g ON k.venue = g.venue AND k.symbol = g.symbol AND k.day = g.day;

UPDATE candles SET known_to = greatest(g.received_at, candles.known_from + INTERVAL 1 MICROSECOND)
FROM good g JOIN known k ON k.venue = g.venue AND k.symbol = g.symbol AND k.day = g.day AND NOT k.stays
WHERE candles.venue = g.venue AND candles.symbol = g.symbol AND candles.day = g.day AND candles.known_to IS NULL;

-- What had vanished and is shown again is in doubt no more.
DELETE FROM quarantine USING good g
WHERE quarantine.reason = 'candle_vanished'
    AND quarantine.venue = g.venue AND quarantine.symbol = g.symbol AND quarantine.day = g.day;

INSERT INTO candles
SELECT g.venue, g.symbol, g.day, g.open, g.high, g.low, g.close, g.base_volume, g.turnover,
    coalesce(g.turnover, g.turnover_low), coalesce(g.turnover, g.turnover_high),
    g.close_literal, g.base_volume_literal, g.turnover_literal, g.observation,
    -- an older figure ends before the newer begins, whatever the clocks said
    greatest(g.received_at, k.known_from + INTERVAL 1 MICROSECOND), NULL
FROM good g LEFT JOIN known k USING (venue, symbol, day)
WHERE k.stays IS NOT TRUE
