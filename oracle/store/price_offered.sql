-- The eligible quotations of every pair, in rubles. All figures are exact: `turnover` is the market's turnover in rubles
-- in two parts that are compared one after the other, for one number would be too wide: what there is of it up to the
-- 10th decimal, and the rest. Where a product does not fit, `rub` is NULL, and the pair is asked about by itself.
CREATE OR REPLACE TEMP TABLE price_offered AS
WITH candidates AS (
    SELECT p.asset, p.day, p.policy, c.venue, c.market, c.symbol, c.quote, c.close, c.turnover_low, c.final,
        c.observation, k.path, k.rank, v.legs, x.turnover_rub_low AS venue_turnover,
        CASE WHEN v.rub = try_cast(v.rub AS DECIMAL(18,10)) THEN try_cast(v.rub AS DECIMAL(18,10)) END AS per_unit
    FROM price_pairs p
    JOIN candles c ON c.coin = p.asset AND c.day = p.day
    JOIN verdicts x ON x.venue = c.venue AND x.day = c.day AND x.rulebook = $rulebook AND x.verdict = 'eligible'
    JOIN assets a ON a.asset = c.quote
    JOIN price_kinds k ON k.reading = p.reading AND k.kind = a.kind
    JOIN ruble_values v ON v.venue = c.venue AND v.day = c.day AND v.asset = c.quote AND v.path = k.path
    WHERE p.way = 'set' AND v.reason IS NULL AND ($venue IS NULL OR c.venue = $venue)),
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
