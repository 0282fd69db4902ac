-- Per venue and year, on how many days the turnover was above a rulebook's floor, was not, or is open between bounds.
-- Parameter: $rulebook, one that judges venues' days. Days before its first edition count by the values of that one.
-- The bounds are those of `verdicts`, the lower one cut and the upper one raised at the 16th decimal: what lies so close
-- to the floor is open here.
WITH floors AS (
    SELECT in_force_from, value::DECIMAL(38,16) AS floor,
        CASE WHEN in_force_from > min(in_force_from) OVER () THEN in_force_from ELSE DATE '0001-01-01' END AS first_day,
        coalesce(lead(in_force_from) OVER (ORDER BY in_force_from) - 1, DATE '9999-12-31') AS last_day
    FROM rulebooks WHERE rulebook = $rulebook AND key = 'turnover_floor_rub'),
markets_of AS (SELECT venue, year(day) AS year, count(DISTINCT symbol) AS markets FROM candles GROUP BY ALL)
SELECT v.venue, year(v.day) AS year, any_value(m.markets) AS markets, count(*) AS days,
    count(*) FILTER (v.turnover_rub_low > f.floor) AS above,
    count(*) FILTER (v.turnover_rub_high <= f.floor) AS not_above,
    count(*) FILTER (v.turnover_rub_low <= f.floor AND coalesce(v.turnover_rub_high > f.floor, TRUE)) AS open
FROM verdicts v
JOIN floors f ON v.day BETWEEN f.first_day AND f.last_day
JOIN markets_of m ON m.venue = v.venue AND m.year = year(v.day)
WHERE v.rulebook = $rulebook
GROUP BY v.venue, year(v.day) ORDER BY ALL
