-- Rows of a ledger, read: a day for each date or instant that is written in the usual form; the others are still to be
-- read one by one (`read` is NULL there).
CREATE OR REPLACE TEMP TABLE price_told AS
SELECT n, reference, coin, written, quantity,
    CASE WHEN row_fault IS NOT NULL THEN 'row' WHEN length(reference) > 200 THEN 'reference' END AS fault, row_fault AS note,
    CASE WHEN regexp_full_match(written, '[12][0-9]{3}-[0-9]{2}-[0-9]{2}') THEN try_cast(written AS DATE)
         WHEN regexp_full_match(written, '20(09|[1-9][0-9])-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9]'
             '(:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])')
         THEN (try_cast(written AS TIMESTAMPTZ) AT TIME ZONE 'Europe/Moscow')::DATE END AS read
FROM price_asked;
