-- The rows' own part: what is wrong with a row, its quantity and its value. quantity x rub is exact where it fits the
-- width; the rows that are `is_wide` are multiplied outside.
WITH read AS (
    SELECT n, reference, coin, quantity AS written, rub,
        CASE WHEN regexp_full_match(written, '[0-9]{1,18}(\.[0-9]{1,18})?') THEN try_cast(written AS DECIMAL(36,18)) END AS amount,
        CASE WHEN regexp_full_match(written, '[1-9][0-9]{0,17}|([1-9][0-9]{0,17}|0)\.[0-9]{0,17}[1-9]') THEN written
             ELSE rtrim(rtrim(amount::VARCHAR, '0'), '.') END AS quantity,
        CASE WHEN row_fault IS NOT NULL THEN 'row'
             WHEN length(reference) > 200 THEN 'reference'
             WHEN code_missing THEN 'coin'
             WHEN day_missing THEN 'date'
             WHEN written IS NOT NULL AND coalesce(amount, 0) = 0 THEN 'quantity' END AS fault
    FROM price_rows),
multiplied AS (
    SELECT *,
        CASE WHEN NOT contains(rub, '.') OR length(rub) - strpos(rub, '.') <= 12
             THEN try_cast(rub AS DECIMAL(20,12)) END AS narrow,
        try_cast(amount AS DECIMAL(17,8)) AS few,
        CASE WHEN few = amount AND fault IS NULL THEN narrow * few END AS value
    FROM read)
SELECT n, reference, coin, quantity, rtrim(rtrim(value::VARCHAR, '0'), '.') AS value_rub,
    round(value, 2)::DECIMAL(20,2)::VARCHAR AS value_rub_kopecks, fault, rub,
    value IS NULL AND rub IS NOT NULL AND quantity IS NOT NULL AND fault IS NULL AS is_wide
FROM multiplied
