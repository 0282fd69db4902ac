-- What a venue's codes denoted, as spans of days; the same answer as law/identity.py gives for every single day.
--
-- Reads    markets_seen (venue, symbol, base, quote)      markets with their assets as the venue writes them
--          alias_entries (code, asset, venue, first_day, last_day, rank, refused, ...)   venue '': for all venues
-- Makes    code_spans (venue, code, first_day, last_day, asset, refused)     every code, all days from 0001 to 9999
--          market_spans (venue, symbol, coin, quote, first_day, last_day)    every market, likewise
--          utc_market_spans                                                  the same under the names of the views
-- Use      JOIN market_spans n ON n.venue = c.venue AND n.symbol = c.symbol AND c.day BETWEEN n.first_day AND n.last_day
--          (one row matches each candle; nearly all markets have one row).

CREATE OR REPLACE TEMP TABLE code_spans AS
WITH codes AS (
    SELECT venue, base AS code FROM markets_seen UNION SELECT venue, quote FROM markets_seen
), held AS (
    SELECT c.venue, c.code, e.asset, e.first_day, e.last_day, e.rank, e.refused
    FROM codes c JOIN alias_entries e ON e.code = c.code AND e.venue IN ('', c.venue)
), cuts AS (
    -- Days on which the meaning may change: where an entry begins, and the day after one ends.
    SELECT venue, code, DATE '0001-01-01' AS first_day FROM codes
    UNION SELECT venue, code, first_day FROM held
    UNION SELECT venue, code, last_day + 1 FROM held WHERE last_day < DATE '9999-12-31'
), counting AS (
    -- Of the entries that cover the day the one of the lowest rank; an entry for the code, but none for the day: refused.
    SELECT c.venue, c.code, c.first_day, count(h.code) > 0 AS mentioned,
        arg_min({'asset': h.asset, 'refused': h.refused}, h.rank)
            FILTER (WHERE c.first_day BETWEEN h.first_day AND h.last_day) AS best
    FROM cuts c LEFT JOIN held h ON h.venue = c.venue AND h.code = c.code GROUP BY ALL
), named AS (
    SELECT venue, code, first_day,
        CASE WHEN best.asset <> '' THEN best.asset
             WHEN mentioned THEN code || '@' || upper(venue) ELSE code END AS asset,
        CASE WHEN best.asset <> '' OR NOT mentioned THEN NULL
             ELSE coalesce(best.refused, 'no entry says what ' || code || ' denoted at ' || venue || ' on that day')
        END AS refused
    FROM counting
), changes AS (
    SELECT * FROM named
    WINDOW way AS (PARTITION BY venue, code ORDER BY first_day)
    QUALIFY row_number() OVER way = 1
        OR asset <> lag(asset) OVER way OR refused IS DISTINCT FROM lag(refused) OVER way
)
SELECT venue, code, first_day,
    coalesce(lead(first_day) OVER (PARTITION BY venue, code ORDER BY first_day) - 1, DATE '9999-12-31') AS last_day,
    asset, refused
FROM changes;

CREATE OR REPLACE TEMP TABLE market_spans AS
SELECT m.venue, m.symbol, b.asset AS coin, q.asset AS quote,
    greatest(b.first_day, q.first_day) AS first_day, least(b.last_day, q.last_day) AS last_day
FROM markets_seen m
JOIN code_spans b ON b.venue = m.venue AND b.code = m.base
JOIN code_spans q ON q.venue = m.venue AND q.code = m.quote
WHERE greatest(b.first_day, q.first_day) <= least(b.last_day, q.last_day);

-- The same for the views of venues that show UTC days.
CREATE OR REPLACE TEMP VIEW utc_market_spans AS SELECT * REPLACE (venue || '-utc' AS venue) FROM market_spans;
