-- Per source: markets, first and last day, gaps, quarantine by reason, last success and last error.
-- A gap is a day between a market's first and last candle without one.
WITH m AS (
    SELECT venue AS source, count(*) AS markets, count(*) FILTER (candles > 0) AS markets_with_candles,
        min(first_day) AS first_day, max(last_day) AS last_day, sum(candles) AS candles,
        sum(CASE WHEN candles > 0 THEN last_day - first_day + 1 - candles ELSE 0 END) AS gaps
    FROM markets GROUP BY venue),
r AS (SELECT 'cbr' AS source, count(DISTINCT currency) AS markets, count(DISTINCT currency) AS markets_with_candles,
        min(effective_on) AS first_day, max(effective_on) AS last_day, count(*) AS candles, 0 AS gaps
      FROM official_rates WHERE known_to IS NULL HAVING count(*) > 0),
q AS (SELECT venue AS source, map_from_entries(list((reason, rows) ORDER BY reason)) AS quarantine
      FROM (SELECT venue, reason, count(*) AS rows FROM quarantine GROUP BY ALL) GROUP BY venue),
o AS (SELECT source, max(received_at) FILTER (outcome = 'ok' AND kind <> 'file') AS last_success,
        max(received_at) FILTER (outcome <> 'ok') AS last_error_at,
        arg_max(subject || CASE WHEN subject = '' THEN '' ELSE ': ' END || detail, received_at)
            FILTER (outcome <> 'ok') AS last_error
      FROM observations WHERE kind NOT IN ('document', 'manual') GROUP BY source)
SELECT o.source, coalesce(a.markets, 0) AS markets, coalesce(a.markets_with_candles, 0) AS markets_with_candles,
    a.first_day, a.last_day, coalesce(a.candles, 0) AS candles, coalesce(a.gaps, 0) AS gaps,
    coalesce(q.quarantine, MAP {}) AS quarantine, o.last_success, o.last_error_at, o.last_error
FROM o LEFT JOIN (FROM m UNION ALL FROM r) a USING (source) LEFT JOIN q USING (source)
ORDER BY o.source = 'cbr', o.source
