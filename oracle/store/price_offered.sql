-- The eligible quotations of every pair, in rubles. All figures are exact: `turnover` is the market's turnover in rubles
-- in two parts that are compared one after the other, for one number would be too wide: what there is of it up to the
-- 10th decimal, and the rest. Where a product does not fit, `rub` is NULL, and the pair is asked about by itself.
CREATE OR REPLACE TEMP TABLE price_offered AS
WITH pairs AS MATERIALIZED (SELECT asset, day, policy, reading FROM price_pairs WHERE way = 'set'),
traded AS MATERIALIZED (
    SELECT p.asset, p.day, p.policy, p.reading, c.venue, c.market, c.symbol, c.quote, c.close, c.turnover_low, c.final,
        c.observation
    FROM candles c JOIN pairs p ON c.coin = p.asset AND c.day = p.day
    WHERE c.day BETWEEN $first AND $last AND c.coin BETWEEN $least AND $greatest),
candidates AS (
    SELECT c.* EXCLUDE (reading), w.path, w.rank, w.legs, w.venue_turnover, w.per_unit
    FROM traded c
    JOIN price_worth w ON w.venue = c.venue AND w.day = c.day AND w.quote = c.quote AND w.reading = c.reading
    /*largest QUALIFY venue_turnover = max(venue_turnover) OVER (PARTITION BY asset, c.day) largest*/),
parts AS (
    SELECT *, TRY(close * per_unit) AS rub,
        trunc(turnover_low)::DECIMAL(20,0) * per_unit AS whole,
        (turnover_low - trunc(turnover_low))::DECIMAL(18,18) * per_unit AS rest
    FROM candidates
    /*ranked QUALIFY rank = min(rank) OVER (PARTITION BY asset, day, venue) ranked*/)
SELECT * EXCLUDE (whole, rest, turnover_low), whole + trunc(rest, 10)::DECIMAL(20,10) AS turnover,
    (rest - trunc(rest, 10))::DECIMAL(28,28) AS turnover_rest
FROM parts;

UPDATE price_pairs SET way = 'one' FROM price_offered o
WHERE o.rub IS NULL AND o.asset = price_pairs.asset AND o.day = price_pairs.day;
