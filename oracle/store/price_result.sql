-- The rows as they are told.
CREATE OR REPLACE TEMP TABLE price_result AS
SELECT j.n, j.reference, j.coin, j.asset, j.date,
    CASE WHEN j.code IN ('row', 'coin', 'date', 'quantity', 'reference') THEN 'malformed'
         WHEN j.code = 'policy' THEN 'no_qualifying_venue' ELSE j.code END AS status,
    replace(replace(replace(replace(t.text, '{rulebook}', $rulebook), '{day}', coalesce(j.date::VARCHAR, '')),
        '{note}', coalesce(CASE WHEN j.code = 'policy' THEN p.text ELSE j.note END, '')),
        '{asset}', coalesce(j.asset, j.coin, '')) AS reason,
    j.venue, j.market, j.trading_day, j.opens_at, j.closes_at, j.close, j.quote_asset, j.ruble_path,
    j.via_market, j.via_close, j.rate_currency, j.rate, j.rate_nominal, j.rate_effective_on, j.rub, j.rub_kopecks,
    j.quantity, coalesce(rtrim(rtrim(j.value::VARCHAR, '0'), '.'), w.value) AS value_rub,
    coalesce(round(j.value, 2)::DECIMAL(20,2)::VARCHAR, w.kopecks) AS value_rub_kopecks,
    j.final, j.observation, $rulebook AS rulebook, j.edition, p.text AS policy, $dataset AS dataset, $demo AS demo
FROM price_joined j
LEFT JOIN price_texts t ON t.code = j.code
LEFT JOIN price_policies p ON p.policy = j.policy
LEFT JOIN price_wide w ON w.n = j.n;
