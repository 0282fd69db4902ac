-- The day of each date or instant that is written in the usual form; the others are read one by one.
SELECT number, CASE
    WHEN regexp_full_match(written, '[12][0-9]{3}-[0-9]{2}-[0-9]{2}') THEN try_cast(written AS DATE)
    WHEN regexp_full_match(written, '20(09|[1-9][0-9])-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9]'
        '(:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])')
    THEN (try_cast(written AS TIMESTAMPTZ) AT TIME ZONE 'Europe/Moscow')::DATE END AS day
FROM price_written
