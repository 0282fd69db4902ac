-- Candles that are not the same in both files: months are compared by hashes, and only those that differ row by row.
CREATE OR REPLACE TEMP TABLE differ_months AS
WITH before AS (
    SELECT coin, year(day) * 12 + month(day) AS month, count(*) AS rows,
        bit_xor(hash(day, venue, symbol, market, quote, close, turnover_low)) AS sum
    FROM old.candle_history
    WHERE known_to IS NULL AND day BETWEEN $first AND $last AND ($coin IS NULL OR coin = $coin) GROUP BY ALL),
after AS (
    SELECT coin, year(day) * 12 + month(day) AS month, count(*) AS rows,
        bit_xor(hash(day, venue, symbol, market, quote, close, turnover_low)) AS sum
    FROM new.candle_history
    WHERE known_to IS NULL AND day BETWEEN $first AND $last AND ($coin IS NULL OR coin = $coin) GROUP BY ALL)
SELECT coalesce(o.coin, n.coin) AS coin, coalesce(o.month, n.month) AS month
FROM before o FULL JOIN after n ON n.coin = o.coin AND n.month = o.month
WHERE o.rows IS DISTINCT FROM n.rows OR o.sum IS DISTINCT FROM n.sum;

CREATE OR REPLACE TEMP TABLE differ_rows AS
WITH before AS (
    SELECT c.coin, c.day, c.venue, c.symbol, c.market, c.quote, c.close, c.turnover_low FROM old.candle_history c
    SEMI JOIN differ_months m ON m.coin = c.coin AND m.month = year(c.day) * 12 + month(c.day)
    WHERE c.known_to IS NULL AND c.day BETWEEN $first AND $last),
after AS (
    SELECT c.coin, c.day, c.venue, c.symbol, c.market, c.quote, c.close, c.turnover_low FROM new.candle_history c
    SEMI JOIN differ_months m ON m.coin = c.coin AND m.month = year(c.day) * 12 + month(c.day)
    WHERE c.known_to IS NULL AND c.day BETWEEN $first AND $last)
SELECT coalesce(o.coin, n.coin) AS coin, coalesce(o.day, n.day) AS day, coalesce(o.venue, n.venue) AS venue,
    o.quote AS quote_before, n.quote AS quote_after
FROM before o FULL JOIN after n ON n.coin = o.coin AND n.day = o.day AND n.venue = o.venue AND n.symbol = o.symbol
WHERE o.market IS DISTINCT FROM n.market OR o.close IS DISTINCT FROM n.close
    OR o.turnover_low IS DISTINCT FROM n.turnover_low OR o.quote IS DISTINCT FROM n.quote
