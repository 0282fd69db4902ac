-- The rows' own part: what is wrong with a row, its quantity and its value. quantity x rub is exact where it fits the
-- width; the rows that are `is_wide` are multiplied outside. Whatever can be is done in 64 bits or on the text: casts
-- and rounding of wide decimals cost several times the product itself.
WITH read AS (
    SELECT n, reference, coin, quantity AS written, rub,
        regexp_full_match(written, '[1-9][0-9]{0,17}|([1-9][0-9]{0,17}|0)\.[0-9]{0,17}[1-9]') AS is_plain,
        CASE WHEN is_plain THEN NULL
             WHEN regexp_full_match(written, '[0-9]{1,18}(\.[0-9]{1,18})?') THEN try_cast(written AS DECIMAL(36,18)) END AS amount,
        CASE WHEN row_fault IS NOT NULL THEN 'row'
             WHEN length(reference) > 200 THEN 'reference'
             WHEN code_missing THEN 'coin'
             WHEN day_missing THEN 'date'
             WHEN NOT is_plain AND coalesce(amount, 0) = 0 THEN 'quantity' END AS fault
    FROM price_rows),
multiplied AS (
    SELECT n, reference, coin, fault, rub,
        CASE WHEN is_plain THEN written ELSE rtrim(rtrim(amount::VARCHAR, '0'), '.') END AS quantity,
        CASE WHEN fault IS NULL AND regexp_full_match(quantity, '[0-9]{1,9}(\.[0-9]{1,8})?')
            AND regexp_full_match(rub, '[0-9]{1,8}(\.[0-9]{1,12})?')
        THEN (rub::DECIMAL(20,12) * quantity::DECIMAL(17,8))::VARCHAR END AS product
    FROM read)
SELECT n, reference, coin, quantity, regexp_replace(product, '\.?0+$', '') AS value_rub,
    -- twenty decimals: two are shown, by the third it is rounded
    (try_cast(left(product, -18) AS DECIMAL(18,2))
        + CASE WHEN product[-18:-18] >= '5' THEN 0.01 ELSE 0.00 END::DECIMAL(3,2))::DECIMAL(18,2)::VARCHAR AS value_rub_kopecks,
    fault, rub, value_rub_kopecks IS NULL AND rub IS NOT NULL AND quantity IS NOT NULL AND fault IS NULL AS is_wide
FROM multiplied
