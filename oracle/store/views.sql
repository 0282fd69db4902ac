-- Views and macros for analysts, in the published file itself.

-- The exact product: DECIMAL(38,18) x DECIMAL(18,10) is DECIMAL(38,28) and DECIMAL(38,18) x DECIMAL(20,12) is
-- DECIMAL(38,30); both raise an error rather than round, beyond 10 billion and 100 million rubles for one coin.
CREATE VIEW quotations AS
SELECT c.coin, c.day, c.venue, c.market, c.close, c.quote, v.path AS ruble_path,
    c.close * v.rub::DECIMAL(18,10) AS rub,
    round(c.close * v.rub::DECIMAL(18,10), 2)::DECIMAL(18,2) AS rub_kopecks,
    CASE WHEN w.rub = w.rub::DECIMAL(20,12) THEN c.close * w.rub::DECIMAL(20,12) END AS rub_market,
    c.turnover_quote, c.final, c.observation, v.reason, c.source
FROM candles c
JOIN ruble_values v ON v.venue = c.venue AND v.day = c.day AND v.asset = c.quote AND v.path IN ('official', 'peg')
LEFT JOIN ruble_values w ON w.venue = c.venue AND w.day = c.day AND w.asset = c.quote AND w.path = 'market';
COMMENT ON VIEW quotations IS 'Closing prices in rubles: coin, trading day, venue, market; stablecoins at their peg (rub) and through their own market (rub_market)';

CREATE VIEW qualifying_quotations AS
SELECT q.*, x.rulebook FROM quotations q
JOIN verdicts x ON x.venue = q.venue AND x.day = q.day AND x.verdict = 'eligible';
COMMENT ON VIEW qualifying_quotations IS 'Quotations of venues that are eligible that day, once per rulebook';

CREATE MACRO quotation(a_coin, a_day, a_rulebook := 'tax-code') AS TABLE
    SELECT q.*, x.verdict FROM quotations q
    LEFT JOIN verdicts x ON x.venue = q.venue AND x.day = q.day AND x.rulebook = a_rulebook
    WHERE q.coin = a_coin AND q.day = a_day
    ORDER BY x.verdict = 'eligible' DESC, q.venue, q.market;
COMMENT ON MACRO TABLE quotation IS 'quotation(''BTC'', DATE ''2025-03-14''): all quotations of a coin on a day with the verdict on each venue';

CREATE MACRO identity(a_venue, a_code, a_day) AS coalesce(
    (SELECT any_value(asset) FROM identities
     WHERE venue = a_venue AND code = a_code AND a_day BETWEEN first_day AND last_day), a_code);
COMMENT ON MACRO identity IS 'identity(''kraken'', ''LUNA'', DATE ''2022-07-01''): the asset that a venue''s code denoted on a day';

CREATE VIEW unregistered_assets AS
SELECT i.asset, list_sort(list(DISTINCT i.venue)) AS venues, count(DISTINCT (n.venue, n.symbol)) AS markets,
    any_value(i.refused) AS refused
FROM identities i
JOIN market_names n ON n.venue = i.venue AND i.asset IN (n.coin, n.quote)
WHERE NOT EXISTS (FROM assets a WHERE a.asset = i.asset)
GROUP BY i.asset;
COMMENT ON VIEW unregistered_assets IS 'Assets seen on venues that the register does not know, with venues, number of markets and, for a refused code, the reason';

CREATE MACRO official_rate(a_currency, a_day) AS TABLE
    FROM rates_in_force WHERE currency = a_currency AND day = a_day;
COMMENT ON MACRO TABLE official_rate IS 'official_rate(''USD'', DATE ''2025-03-14''): the rate in force and the date that it bears';

CREATE VIEW revisions AS
SELECT n.known_from AS noticed_at, o.coin, o.day, o.venue, o.symbol, o.market, o.quote,
    o.close AS close_before, n.close AS close_after,
    o.turnover_low AS turnover_before, n.turnover_low AS turnover_after,
    o.close * v.rub::DECIMAL(18,10) AS rub_before, n.close * v.rub::DECIMAL(18,10) AS rub_after,
    (n.turnover_low - o.turnover_low)::DECIMAL(28,8) * v.rub::DECIMAL(18,8) AS turnover_change_rub,
    o.observation AS observation_before, n.observation AS observation_after
FROM candle_history o
JOIN candle_history n ON n.venue = o.venue AND n.symbol = o.symbol AND n.day = o.day AND n.known_from = o.known_to
    AND starts_with(n.source, 'user file') = starts_with(o.source, 'user file')
LEFT JOIN ruble_values v ON v.venue = o.venue AND v.day = o.day AND v.asset = o.quote AND v.path <> 'market';
COMMENT ON VIEW revisions IS 'Figures that a venue restated: what was known before and what is known since, in the quote asset and in rubles';

CREATE VIEW rate_revisions AS
SELECT n.known_from AS noticed_at, o.currency, o.effective_on, o.per_unit AS per_unit_before, n.per_unit AS per_unit_after,
    o.observation AS observation_before, n.observation AS observation_after
FROM official_rates o
JOIN official_rates n ON n.currency = o.currency AND n.effective_on = o.effective_on AND n.known_from = o.known_to;
COMMENT ON VIEW rate_revisions IS 'Official rates that the Bank of Russia restated';

CREATE MACRO coin_turnover(a_coin, a_day) AS TABLE
    SELECT c.venue, count(*) AS markets,
        sum(c.turnover_low::DECIMAL(28,8) * v.rub::DECIMAL(18,8)) AS turnover_rub_low,
        CASE WHEN count(v.rub) = count(*) THEN sum(c.turnover_high::DECIMAL(28,8) * v.rub::DECIMAL(18,8)) END
            AS turnover_rub_high,
        list_sort(list(DISTINCT c.quote) FILTER (v.rub IS NULL)) AS unpriced,
        count(*) FILTER (NOT c.final) AS provisional_markets
    FROM candles c
    LEFT JOIN ruble_values v ON v.venue = c.venue AND v.day = c.day AND v.asset = c.quote AND v.path <> 'market'
    WHERE c.coin = a_coin AND c.day = a_day
    GROUP BY c.venue ORDER BY c.venue;
COMMENT ON MACRO TABLE coin_turnover IS 'coin_turnover(''BTC'', DATE ''2025-03-14''): the turnover of a coin''s own markets per venue, stablecoins at their peg, in rubles; turnover_rub_high lacks markets that were not read (see `oracle quotation`). Rounded to 8 decimals before multiplying; the figures of `oracle quotation` are exact';

CREATE MACRO coin_publication(a_coin, a_day, a_years := 3) AS TABLE
    SELECT venue, min(day) AS published_since,
        count(DISTINCT day) FILTER (day >= a_day - to_years(a_years) AND day < a_day) AS published_days,
        a_day - (a_day - to_years(a_years))::DATE AS window_days
    FROM candles WHERE coin = a_coin GROUP BY venue ORDER BY venue;
COMMENT ON MACRO TABLE coin_publication IS 'coin_publication(''BTC'', DATE ''2025-03-14''): since when each venue has published a coin''s quotations, and on how many days of the three years before';
