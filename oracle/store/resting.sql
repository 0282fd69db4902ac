-- Which observations answers rest on, of those that a published file had by an instant.
-- Given: asked_days (venue, day, since, page_days, proven), asked_coins (coin, day), the instant, and whether UTC days count.
CREATE OR REPLACE TEMP TABLE seen AS
SELECT row_number() OVER () AS n, * FROM observations
WHERE received_at <= $known_at AND (source = 'cbr' OR source IN (SELECT venue FROM asked_days));

-- `of_day`: only because it was asked about the day.
CREATE OR REPLACE TEMP TABLE wanted (n BIGINT, of_day BOOLEAN DEFAULT FALSE);

-- Everything that was asked about the days, also in vain.
INSERT INTO wanted
SELECT DISTINCT n, TRUE FROM seen s JOIN asked_days d ON s.source = d.venue
    AND d.day BETWEEN least(s.first_day, s.answered_first) AND greatest(s.last_day, s.answered_last)
WHERE kind IN ('candles', 'file') OR (kind = 'hours' AND $utc);

-- What broke a check on the days, whatever was asked for.
INSERT INTO wanted (n)
SELECT DISTINCT n FROM seen s JOIN quarantine q
    ON q.observation = s.sha256 AND q.noticed_at = s.received_at AND q.symbol = s.subject
    AND (q.venue = s.source OR ($utc AND q.venue = s.source || '-utc'))
JOIN asked_days d ON d.venue = s.source
    AND (d.day = q.day OR (NOT d.proven AND q.reason = 'opening_off_boundary'));

-- The newest market list, and of markets that were taken off later the list that showed them last.
CREATE OR REPLACE TEMP TABLE lists AS
SELECT source AS venue, max(received_at) AS newest FROM seen WHERE kind = 'markets' AND outcome = 'ok' GROUP BY source;

INSERT INTO wanted (n)
WITH since AS (SELECT venue, min(since) AS since FROM asked_days GROUP BY venue),
of_coins AS (SELECT DISTINCT venue, symbol FROM market_names JOIN asked_coins USING (coin)),
instants AS (
    SELECT venue, newest AS at FROM lists
    UNION
    SELECT DISTINCT m.venue, m.last_seen FROM markets m JOIN since USING (venue)
    LEFT JOIN of_coins c ON c.venue = m.venue AND c.symbol = m.symbol
    WHERE m.state <> 'imported' AND (m.last_seen::DATE >= since OR c.symbol IS NOT NULL))
SELECT n FROM seen s JOIN instants i ON i.venue = s.source AND i.at = s.received_at
WHERE kind = 'markets' AND outcome = 'ok';

-- Of a market in no list, the first and the last of the files that tell of it.
INSERT INTO wanted (n)
SELECT unnest([arg_min(n, s.first_day), arg_max(n, s.last_day)]) FROM seen s
JOIN markets m ON m.venue = s.source AND m.symbol = s.subject
WHERE m.state = 'imported' AND s.kind = 'file' GROUP BY m.venue, m.symbol;

-- Markets that began after the day: that there was nothing on it is told by what was asked before their beginning.
INSERT INTO wanted (n)
WITH began AS (
    SELECT DISTINCT m.venue, m.symbol, m.first_day, d.page_days FROM markets m JOIN asked_days d USING (venue)
    JOIN coverage c ON c.venue = m.venue AND c.symbol = m.symbol AND d.day BETWEEN c.first_day AND c.last_day
    WHERE m.first_day > d.day AND NOT EXISTS (
        FROM seen s WHERE s.source = m.venue AND s.subject = m.symbol AND d.day BETWEEN s.answered_first AND s.answered_last))
SELECT n FROM seen s JOIN began b ON b.venue = s.source AND b.symbol = s.subject
    AND s.first_day <= b.first_day AND s.last_day >= b.first_day - b.page_days
WHERE kind IN ('candles', 'file');

-- The official rates in force, with what they were before, and the answers by which nothing came after them.
INSERT INTO wanted (n)
WITH days AS (SELECT DISTINCT day FROM asked_days),
known AS (
    SELECT * FROM official_rates WHERE known_from <= $known_at),
in_force AS (
    SELECT day, currency, max(effective_on) AS effective_on FROM known JOIN days ON effective_on <= day
    WHERE effective_on > day - 32 GROUP BY ALL),
shown AS (SELECT DISTINCT k.observation, k.known_from FROM known k JOIN in_force USING (currency, effective_on)),
silent AS (
    SELECT DISTINCT s.n FROM seen s JOIN in_force f ON split_part(s.subject, ' ', 1) = f.currency
        AND s.answered_first <= f.day AND s.answered_last >= f.effective_on
    WHERE s.kind = 'rates')
SELECT n FROM seen s JOIN shown k ON k.observation = s.sha256 AND k.known_from = s.received_at WHERE source = 'cbr'
UNION FROM silent;

-- A dataset of a demonstration is told to be one by any of its observations.
INSERT INTO wanted (n)
SELECT n FROM seen WHERE demo AND NOT EXISTS (FROM seen s JOIN wanted USING (n) WHERE s.demo) ORDER BY n LIMIT 1
