-- What each pair came to: the set-based ones with the steps of their ruble path, the certain ones, and those that were
-- asked about by themselves.
CREATE OR REPLACE TEMP TABLE price_steps AS
SELECT legs, legs->>'$[0].by' = 'close' AS is_market, legs->>'$[0].market' AS via_market, legs->>'$[0].rate' AS via_close,
    CASE WHEN legs->>'$[#-1].by' = 'official_rate' THEN legs->>'$[#-1].of' END AS rate_currency
FROM (SELECT DISTINCT legs FROM price_taken);

CREATE OR REPLACE TEMP TABLE price_found AS
SELECT t.asset, t.day, 'quoted' AS code, NULL::VARCHAR AS note, t.venue, t.market, t.day AS trading_day,
    (t.day + to_minutes(v.day_opens_minutes))::TIMESTAMP AS opens_at,
    (t.day + INTERVAL 1 DAY + to_minutes(v.day_opens_minutes))::TIMESTAMP AS closes_at,
    rtrim(rtrim(t.close::VARCHAR, '0'), '.') AS close, t.quote AS quote_asset, t.path AS ruble_path,
    CASE WHEN s.is_market THEN s.via_market END AS via_market, CASE WHEN s.is_market THEN s.via_close END AS via_close,
    s.rate_currency, i.value AS rate, i.nominal AS rate_nominal, i.effective_on AS rate_effective_on,
    rtrim(rtrim(t.rub::VARCHAR, '0'), '.') AS rub, round(t.rub, 2)::DECIMAL(18,2)::VARCHAR AS rub_kopecks,
    t.final, t.observation
FROM price_taken t
JOIN venues v ON v.venue = t.venue
JOIN price_steps s ON s.legs = t.legs
LEFT JOIN rates_in_force i ON i.currency = s.rate_currency AND i.day = t.day
UNION ALL BY NAME SELECT asset, day, code, note FROM price_why
UNION ALL BY NAME SELECT asset, day, way AS code, note FROM price_pairs WHERE way NOT IN ('set', 'one')
UNION ALL BY NAME FROM price_ones;

-- The pairs that were sought, as they are told.
CREATE OR REPLACE TEMP TABLE price_told AS
SELECT s.number, CASE WHEN NOT starts_with(p.asset, chr(1)) THEN p.asset END AS asset, s.day AS date,
    CASE f.code WHEN 'policy' THEN 'no_qualifying_venue' ELSE f.code END AS status,
    replace(replace(replace(replace(t.text, '{rulebook}', $rulebook), '{day}', s.day::VARCHAR),
        '{note}', coalesce(CASE WHEN f.code = 'policy' THEN x.text ELSE f.note END, '')),
        '{asset}', CASE WHEN starts_with(p.asset, chr(1)) THEN s.code ELSE p.asset END) AS reason,
    f.* EXCLUDE (asset, day, code, note, final, observation), f.final, f.observation,
    $rulebook AS rulebook, p.edition, x.text AS policy,
    r.stablecoin_path, r.stablecoin_chosen_by, r.warning_code, r.warning, $dataset AS dataset, $demo AS demo
FROM price_sought s
LEFT JOIN price_meanings m ON m.code = s.code AND m.day = s.day
JOIN price_pairs p ON p.day = s.day
    AND p.asset = CASE WHEN m.code IS NOT NULL AND m.asset IS NULL THEN chr(1) || s.code
                       ELSE coalesce(m.asset, s.code) END
JOIN price_found f ON f.asset = p.asset AND f.day = p.day
JOIN price_readings r ON r.reading = p.reading
LEFT JOIN price_texts t ON t.code = f.code
LEFT JOIN price_policies x ON x.policy = p.policy;
