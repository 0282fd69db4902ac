-- Every row of `incoming_rows` (one per candle, literals as received) with its exact numbers, the trading day that it
-- falls into, and the check that it breaks, if any. `incoming_pages` tells of each page whose it is, what was asked
-- for, and what it is judged by.
CREATE OR REPLACE TEMP VIEW judged AS
WITH typed AS (
    SELECT
        p.venue, p.symbol, p.observation, p.received_at, p.first_day, p.last_day, p.closed_before_ms, p.by_user,
        DATE '1970-01-01' + CAST((r.opened_ms - p.opens_ms) // 86400000 AS INTEGER) AS day,
        (r.opened_ms - p.opens_ms) % 86400000 = 0 AS on_boundary,
        r.opened_ms, r.duplicate, r.closed,
        r.open AS open_literal, r.high AS high_literal, r.low AS low_literal,
        r.close AS close_literal, r.base_volume AS base_volume_literal, r.turnover AS turnover_literal,
        try_cast(r.open AS DECIMAL(38,18)) AS open, try_cast(r.high AS DECIMAL(38,18)) AS high,
        try_cast(r.low AS DECIMAL(38,18)) AS low, try_cast(r.close AS DECIMAL(38,18)) AS close,
        try_cast(r.base_volume AS DECIMAL(38,18)) AS base_volume,
        try_cast(r.turnover AS DECIMAL(38,18)) AS turnover,
        r.turnover_low, r.turnover_high
    FROM incoming_rows r JOIN incoming_pages p USING (page)
)
SELECT *,
    CASE
        -- Nearly every row: all checks at once, by their cheapest sufficient form.
        WHEN on_boundary AND closed IS NOT FALSE AND opened_ms + 86400000 <= closed_before_ms
            AND duplicate IS NULL
            AND low <= open AND open <= high AND low <= close AND close <= high AND close > 0
            AND base_volume IS NOT NULL AND (turnover IS NULL) = (turnover_literal IS NULL)
            AND greatest(length(open_literal), length(high_literal), length(low_literal), length(close_literal)) <= 19
            AND (turnover IS NULL OR turnover_between(
                low_literal, high_literal, base_volume_literal, turnover_literal))
            AND all_plain(open_literal, high_literal, low_literal, close_literal, base_volume_literal, turnover_literal)
        THEN NULL
        WHEN NOT on_boundary THEN 'opening_off_boundary'
        WHEN closed IS FALSE OR opened_ms + 86400000 > closed_before_ms THEN 'day_not_closed'
        WHEN NOT (is_number(open_literal) AND is_number(high_literal) AND is_number(low_literal)
                  AND is_number(close_literal) AND is_number(base_volume_literal)
                  AND (turnover_literal IS NULL OR is_number(turnover_literal))) THEN 'not_a_number'
        -- A price must be held exactly; a number that does not fit the column at all is caught here too.
        WHEN open IS NULL OR high IS NULL OR low IS NULL OR close IS NULL OR base_volume IS NULL
             OR (turnover IS NULL AND turnover_literal IS NOT NULL)
             OR greatest(decimals_of(open_literal), decimals_of(high_literal), decimals_of(low_literal),
                         decimals_of(close_literal)) > 18 THEN 'too_many_digits'
        WHEN close <= 0 THEN 'close_not_positive'
        WHEN NOT (low <= open AND open <= high AND low <= close AND close <= high) THEN 'prices_out_of_order'
        WHEN turnover IS NOT NULL AND NOT turnover_plausible(
            low_literal, high_literal, base_volume_literal, turnover_literal) THEN 'turnover_out_of_range'
        WHEN duplicate = 'conflict' THEN 'conflicting_duplicate'
    END AS reason
FROM typed;
