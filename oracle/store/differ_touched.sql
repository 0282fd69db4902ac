-- The coin-days whose answer may differ. Answers are made of candles, of what quote assets are worth on eligible venue
-- days, and of which eligible venue of a day is the larger one; where none of these differs, nothing does.
CREATE OR REPLACE TEMP TABLE differ_worth AS
SELECT coalesce(o.venue, n.venue) AS venue, coalesce(o.day, n.day) AS day, coalesce(o.quote, n.quote) AS quote
FROM worth_old o FULL JOIN worth_new n ON n.venue = o.venue AND n.day = o.day AND n.quote = o.quote
WHERE coalesce(o.day, n.day) BETWEEN $first AND $last AND (
    o.path IS DISTINCT FROM n.path OR o.rank IS DISTINCT FROM n.rank OR o.per_unit IS DISTINCT FROM n.per_unit
    OR (o.per_unit IS NULL AND o.legs IS DISTINCT FROM n.legs));

CREATE OR REPLACE TEMP TABLE differ_days AS
WITH before AS (
    SELECT *, rank() OVER (PARTITION BY day ORDER BY venue_turnover DESC) AS place
    FROM (SELECT DISTINCT venue, day, venue_turnover FROM worth_old) o
    SEMI JOIN worth_new n ON n.venue = o.venue AND n.day = o.day),
after AS (
    SELECT *, rank() OVER (PARTITION BY day ORDER BY venue_turnover DESC) AS place
    FROM (SELECT DISTINCT venue, day, venue_turnover FROM worth_new) n
    SEMI JOIN worth_old o ON o.venue = n.venue AND o.day = n.day)
SELECT DISTINCT o.day FROM before o JOIN after n ON n.venue = o.venue AND n.day = o.day
WHERE n.place <> o.place AND o.day BETWEEN $first AND $last;

CREATE OR REPLACE TEMP TABLE differ_touched AS
WITH candles AS (
    SELECT coin, day, venue, quote FROM old.candle_history
    WHERE known_to IS NULL AND day BETWEEN $first AND $last AND ($coin IS NULL OR coin = $coin)
    UNION ALL
    SELECT coin, day, venue, quote FROM new.candle_history
    WHERE known_to IS NULL AND day BETWEEN $first AND $last AND ($coin IS NULL OR coin = $coin)),
eligible AS (SELECT venue, day, quote FROM worth_old UNION SELECT venue, day, quote FROM worth_new),
touched AS (
    SELECT r.coin, r.day FROM differ_rows r
    SEMI JOIN worth_old w ON w.venue = r.venue AND w.day = r.day AND w.quote = r.quote_before
    UNION ALL SELECT r.coin, r.day FROM differ_rows r
    SEMI JOIN worth_new w ON w.venue = r.venue AND w.day = r.day AND w.quote = r.quote_after
    UNION ALL SELECT c.coin, c.day FROM candles c
    SEMI JOIN differ_worth w ON w.venue = c.venue AND w.day = c.day AND w.quote = c.quote
    UNION ALL SELECT c.coin, c.day FROM candles c
    SEMI JOIN (FROM eligible SEMI JOIN differ_days USING (day)) e
        ON e.venue = c.venue AND e.day = c.day AND e.quote = c.quote
    -- Under readings that judge by coins or by UTC days every coin-day is asked about by itself.
    UNION ALL SELECT c.coin, c.day FROM candles c
    SEMI JOIN (SELECT DISTINCT d.day FROM (SELECT DISTINCT day FROM candles) d
        JOIN differ_single s ON d.day BETWEEN s.first AND s.last) s ON s.day = c.day)
SELECT DISTINCT coin AS asset, day FROM touched
