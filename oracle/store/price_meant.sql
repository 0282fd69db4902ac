-- Which codes mean themselves, without looking closer: a registered asset of which no entry for all venues speaks, from
-- the day on which it exists; or a code that no register knows at all. The other (code, day) are `is_open`.
CREATE OR REPLACE TEMP TABLE price_codes AS
WITH namesakes AS (
    SELECT DISTINCT array_to_string(parts[1:till], '-') AS code
    FROM (SELECT string_split(asset, '-') AS parts FROM assets WHERE contains(asset, '-')) s,
        unnest(range(1, len(parts))) AS u(till)),
entries AS (SELECT code, bool_or(venue IS NULL) AS general FROM aliases GROUP BY code)
SELECT c.code, a.asset IS NOT NULL AS registered, a.since,
    coalesce(e.general, FALSE) AS general,
    e.code IS NOT NULL OR s.code IS NOT NULL AS several
FROM (SELECT DISTINCT code FROM price_sought) c
LEFT JOIN assets a ON a.asset = c.code
LEFT JOIN entries e ON e.code = c.code
LEFT JOIN namesakes s ON s.code = c.code;

CREATE OR REPLACE TEMP TABLE price_questions AS
SELECT d.code, d.day,
    CASE WHEN registered THEN general OR coalesce(since > d.day, FALSE) ELSE several END AS is_open
FROM price_sought d JOIN price_codes c ON c.code = d.code;
