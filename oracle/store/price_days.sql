-- The day of each date or instant that is written in the usual form; the others are read one by one. The day of an
-- instant is that of the zone in price_zones (first, last, zone), by its date in Moscow: Rulebook.date_of.
WITH read AS (SELECT number, CASE
    WHEN regexp_full_match(written, '[12][0-9]{3}-[0-9]{2}-[0-9]{2}') THEN try_cast(written AS DATE) END AS day, CASE
    WHEN regexp_full_match(written, '20(09|[1-9][0-9])-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9]'
        '(:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])')
    THEN try_cast(written AS TIMESTAMPTZ) END AS instant
    FROM price_written)
SELECT number, coalesce(day, (instant AT TIME ZONE zone)::DATE) AS day
FROM read LEFT JOIN price_zones ON (instant AT TIME ZONE 'Europe/Moscow')::DATE BETWEEN first AND last
