-- The coin-days of which the two files answer otherwise; `single`: they must be asked about by themselves.
INSERT INTO differ_found
SELECT coalesce(o.asset, n.asset) AS asset, coalesce(o.day, n.day) AS day,
    coalesce(o.way = 'one', FALSE) OR coalesce(n.way = 'one', FALSE) AS single,
    CASE WHEN o.venue IS NULL AND n.venue IS NOT NULL THEN 'gained'
         WHEN o.venue IS NOT NULL AND n.venue IS NULL THEN 'lost' ELSE 'changed' END AS kind,
    o.venue, o.market, o.rub, o.venues, n.venue, n.market, n.rub, n.venues
FROM told_old o FULL JOIN told_new n ON n.asset = o.asset AND n.day = o.day
WHERE single OR o.venue IS DISTINCT FROM n.venue OR o.market IS DISTINCT FROM n.market
    OR o.rub IS DISTINCT FROM n.rub OR o.venues IS DISTINCT FROM n.venues
