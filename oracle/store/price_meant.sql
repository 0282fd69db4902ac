-- Which codes mean themselves, without looking closer: a registered asset of which no entry for all venues speaks, from
-- the day on which it exists; or a code that no register knows at all. The other (code, day) are `is_open`.
CREATE OR REPLACE TEMP TABLE price_days AS
SELECT t.n, t.reference, t.coin, m.code, coalesce(t.read, d.day) AS day,
    CASE WHEN regexp_full_match(t.quantity, '[0-9]{1,18}(\.[0-9]{1,18})?') THEN try_cast(t.quantity AS DECIMAL(36,18)) END AS amount,
    CASE WHEN t.fault IS NOT NULL THEN t.fault
         WHEN m.code IS NULL THEN 'coin'
         WHEN coalesce(t.read, d.day) IS NULL THEN 'date'
         WHEN t.quantity IS NOT NULL AND coalesce(amount, 0) = 0 THEN 'quantity' END AS fault,
    CASE WHEN t.fault IS NULL AND m.code IS NOT NULL THEN coalesce(d.note, CASE WHEN t.written IS NULL THEN 'it is missing' END)
        ELSE t.note END AS note
FROM price_told t LEFT JOIN price_names m ON m.coin = t.coin LEFT JOIN price_others d ON d.written = t.written;

CREATE OR REPLACE TEMP TABLE price_codes AS
WITH namesakes AS (
    SELECT DISTINCT array_to_string(parts[1:till], '-') AS code
    FROM (SELECT string_split(asset, '-') AS parts FROM assets WHERE contains(asset, '-')) s,
        unnest(range(1, len(parts))) AS u(till)),
entries AS (SELECT code, bool_or(venue IS NULL) AS general FROM aliases GROUP BY code)
SELECT c.code, a.asset IS NOT NULL AS registered, a.since,
    coalesce(e.general, FALSE) AS general,
    e.code IS NOT NULL OR s.code IS NOT NULL AS several
FROM (SELECT DISTINCT code FROM price_days WHERE fault IS NULL) c
LEFT JOIN assets a ON a.asset = c.code
LEFT JOIN entries e ON e.code = c.code
LEFT JOIN namesakes s ON s.code = c.code;

CREATE OR REPLACE TEMP TABLE price_questions AS
SELECT DISTINCT d.code, d.day,
    CASE WHEN registered THEN general OR coalesce(since > d.day, FALSE) ELSE several END AS is_open
FROM price_days d JOIN price_codes c ON c.code = d.code WHERE d.fault IS NULL;
