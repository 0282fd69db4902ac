-- What is asked about: each asset and day once, with the reading of the rule and the policy that hold on it. `way`: set
-- (among all others), one (a question of its own), or the status that is certain already.
CREATE OR REPLACE TEMP TABLE price_pairs AS
SELECT q.asset, q.day, any_value(q.code) AS code, r.reading, r.edition, p.policy,
    CASE WHEN p.policy IS NULL THEN 'no_policy'
         WHEN q.day < DATE '2009-01-01' THEN 'before_listing'
         WHEN q.ambiguous THEN 'ambiguous_name'
         WHEN q.day > ($now::TIMESTAMP AT TIME ZONE 'UTC' AT TIME ZONE r.zone)::DATE THEN 'not_final'
         WHEN r.is_set AND h.coin IS NULL THEN 'set' ELSE 'one' END AS way,
    any_value(q.note) AS note
FROM (SELECT q.day, q.code, m.code IS NOT NULL AND m.asset IS NULL AS ambiguous, m.note,
        -- an ambiguous name is no asset; no name begins so
        CASE WHEN ambiguous THEN chr(1) || q.code ELSE coalesce(m.asset, q.code) END AS asset
      FROM price_questions q LEFT JOIN price_meanings m ON m.code = q.code AND m.day = q.day) q
JOIN price_readings r ON q.day BETWEEN r.first AND r.last
LEFT JOIN price_policies p ON q.day BETWEEN p.first AND p.last
-- what was entered by hand is weighed by the law itself
LEFT JOIN (SELECT DISTINCT coin, day FROM manual_quotations WHERE withdrawn_at IS NULL) h
    ON h.coin = q.asset AND h.day = q.day
GROUP BY q.asset, q.day, r.reading, r.edition, r.is_set, r.zone, p.policy, q.ambiguous, h.coin;
