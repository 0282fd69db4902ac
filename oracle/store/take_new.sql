-- Pages about days that nothing is known of: the sound rows within what was asked for are taken as they are.
-- (Rows outside of it are not: another page asks for them.)
INSERT INTO candles
SELECT venue, symbol, day, open, high, low, close, base_volume, turnover,
    coalesce(turnover, turnover_low), coalesce(turnover, turnover_high),
    close_literal, base_volume_literal, turnover_literal, observation, received_at, NULL
FROM judged
WHERE reason IS NULL AND day BETWEEN first_day AND last_day AND duplicate IS DISTINCT FROM 'repeat'
