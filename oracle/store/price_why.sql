-- Why nothing was taken of these pairs; the words of each status are the same as those of one question.
CREATE OR REPLACE TEMP TABLE price_listed AS
SELECT r.asset, r.day, n.venue, min(m.first_day) AS first_day,
    r.day + INTERVAL 1 DAY + to_minutes(any_value(v.day_opens_minutes)) AS closes_at
FROM price_rest r
JOIN market_names n ON n.coin = r.asset AND r.day BETWEEN n.first_day AND n.last_day
JOIN markets m ON m.venue = n.venue AND m.symbol = n.symbol
JOIN venues v ON v.venue = n.venue
WHERE $venue IS NULL OR n.venue = $venue
GROUP BY r.asset, r.day, n.venue;

CREATE OR REPLACE TEMP TABLE price_covered AS
SELECT DISTINCT n.coin, greatest(n.first_day, c.first_day) AS first_day, least(n.last_day, c.last_day) AS last_day
FROM market_names n JOIN coverage c ON c.venue = n.venue AND c.symbol = n.symbol
WHERE n.coin IN (SELECT asset FROM price_rest) AND n.first_day <= c.last_day AND c.first_day <= n.last_day;

CREATE OR REPLACE TEMP TABLE price_why AS
WITH listed AS (
    SELECT l.asset, l.day, min(l.first_day) AS first_day, min(l.closes_at) AS closes_at,
        string_agg(l.venue, ', ' ORDER BY l.venue)
            FILTER (x.verdict = 'undetermined' OR x.verdict IS NULL) AS undetermined
    FROM price_listed l
    LEFT JOIN price_verdicts x ON x.venue = l.venue AND x.day = l.day
    GROUP BY l.asset, l.day),
silent AS (
    FROM listed l ANTI JOIN (
        SELECT c.coin AS asset, c.day FROM price_rest r JOIN candles c ON c.coin = r.asset AND c.day = r.day
        WHERE $venue IS NULL OR c.venue = $venue) c ON c.asset = l.asset AND c.day = l.day),
covered AS (
    SELECT s.asset, s.day, bool_or(s.day BETWEEN c.first_day AND c.last_day) AS on_day,
        bool_or(s.first_day - 1 BETWEEN c.first_day AND c.last_day) AS before
    FROM silent s JOIN price_covered c ON c.coin = s.asset GROUP BY s.asset, s.day),
offered AS (SELECT DISTINCT asset, day FROM price_offered)
SELECT r.asset, r.day,
    CASE WHEN o.asset IS NOT NULL THEN 'policy'
         WHEN l.asset IS NULL AND EXISTS (FROM market_names) THEN 'unknown_coin'
         WHEN l.asset IS NULL THEN 'not_collected'
         WHEN s.asset IS NOT NULL AND l.closes_at > $now THEN 'not_final'
         WHEN s.asset IS NOT NULL AND r.day < l.first_day AND v.before THEN 'before_listing'
         WHEN s.asset IS NOT NULL AND v.on_day IS NOT TRUE THEN 'not_collected'
         WHEN r.edition IS NULL THEN 'no_rule_in_force'
         WHEN l.undetermined IS NOT NULL THEN 'undetermined'
         ELSE 'no_qualifying_venue' END AS code,
    l.undetermined AS note
FROM price_rest r
LEFT JOIN listed l ON l.asset = r.asset AND l.day = r.day
LEFT JOIN silent s ON s.asset = r.asset AND s.day = r.day
LEFT JOIN covered v ON v.asset = r.asset AND v.day = r.day
LEFT JOIN offered o ON o.asset = r.asset AND o.day = r.day;
