-- What was restated, newest first, with the published figures that it touches. Parameter: from which instant on.
-- The turnover before is today's less this one change; a floor that lies between the two is named by its rulebook.
WITH floors AS (
    SELECT f.rulebook, f.in_force_from, f.value::DECIMAL(38,2) AS floor, c.value AS kinds,
        coalesce(lead(f.in_force_from) OVER (PARTITION BY f.rulebook ORDER BY f.in_force_from), DATE '9999-12-31') AS until
    FROM rulebooks f JOIN rulebooks c USING (rulebook, in_force_from)
    WHERE f.key = 'turnover_floor_rub' AND c.key = 'counted_bases'),
crossed AS (
    SELECT r.venue, r.symbol, r.day, r.noticed_at, list(v.rulebook ORDER BY v.rulebook) AS rulebooks
    FROM revisions r
    LEFT JOIN assets a ON a.asset = r.coin
    JOIN verdicts v ON v.venue = r.venue AND v.day = r.day
    JOIN floors f ON f.rulebook = v.rulebook AND f.in_force_from <= r.day AND r.day < f.until
    WHERE list_contains(string_split(f.kinds, ', '), coalesce(a.kind, 'unclassified'))
        AND (v.turnover_rub_low > f.floor) <> (v.turnover_rub_low - r.turnover_change_rub > f.floor)
    GROUP BY ALL)
SELECT r.noticed_at, r.venue AS source, r.market AS subject, r.day, r.coin,
    r.close_before AS value_before, r.close_after AS value_after, r.rub_before, r.rub_after, r.turnover_change_rub,
    coalesce(x.rulebooks, []) AS floors_crossed, r.observation_before, r.observation_after
FROM revisions r LEFT JOIN crossed x USING (venue, symbol, day, noticed_at)
WHERE r.noticed_at >= $1
UNION ALL
SELECT noticed_at, 'cbr', currency, effective_on, NULL, per_unit_before, per_unit_after, per_unit_before, per_unit_after,
    NULL, [], observation_before, observation_after
FROM rate_revisions WHERE noticed_at >= $1
ORDER BY noticed_at DESC, source, subject, day
