-- What one unit of each quote asset is worth on each eligible venue day, by the paths of the readings: the same for all
-- coins. `per_unit` is NULL where the value has too many decimals for an exact product.
SELECT v.venue, v.day, v.asset AS quote, k.reading, k.rank, v.path, v.legs, x.turnover_rub_low AS venue_turnover,
    CASE WHEN v.rub = try_cast(v.rub AS DECIMAL(18,10)) THEN try_cast(v.rub AS DECIMAL(18,10)) END AS per_unit
FROM ruble_values v
JOIN price_verdicts x ON x.venue = v.venue AND x.day = v.day AND x.verdict = 'eligible'
JOIN assets a ON a.asset = v.asset
JOIN price_readings r ON v.day BETWEEN r.first AND r.last
JOIN price_kinds k ON k.reading = r.reading AND k.kind = a.kind AND k.path = v.path
WHERE v.reason IS NULL AND r.is_set AND ($venue IS NULL OR v.venue = $venue)
