-- What one file answers about these pairs: what was chosen, and which venues could have been.
SELECT p.asset, p.day, p.way, t.venue, t.market, t.rub::VARCHAR AS rub, o.venues
FROM price_pairs p
LEFT JOIN price_taken t ON t.asset = p.asset AND t.day = p.day
LEFT JOIN (
    SELECT asset, day, string_agg(DISTINCT venue, ',' ORDER BY venue) AS venues FROM price_offered GROUP BY ALL) o
    ON o.asset = p.asset AND o.day = p.day
