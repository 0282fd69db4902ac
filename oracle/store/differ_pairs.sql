-- The touched coin-days of some coins, as pairs that a ledger would ask about; before the first edition nothing is
-- chosen, and where a taxpayer has no policy yet neither.
CREATE OR REPLACE TEMP TABLE price_pairs AS
SELECT t.asset, t.day, t.asset AS code, r.reading, r.edition, p.policy,
    CASE WHEN r.is_set THEN 'set' ELSE 'one' END AS way, NULL::VARCHAR AS note
FROM differ_touched t
JOIN price_readings r ON t.day BETWEEN r.first AND r.last
JOIN price_policies p ON t.day BETWEEN p.first AND p.last
WHERE r.edition IS NOT NULL AND t.asset BETWEEN $least AND $greatest
