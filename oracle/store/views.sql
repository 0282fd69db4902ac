-- Views and macros for analysts, in the published file itself.

-- The exact product: DECIMAL(38,18) x DECIMAL(18,10) is DECIMAL(38,28) and DECIMAL(38,18) x DECIMAL(20,12) is
-- DECIMAL(38,30); both raise an error rather than round, beyond 10 billion and 100 million rubles for one coin.
CREATE VIEW quotations AS
SELECT c.coin, c.day, c.venue, c.market, c.close, c.quote, v.path AS ruble_path,
    c.close * v.rub::DECIMAL(18,10) AS rub,
    round(c.close * v.rub::DECIMAL(18,10), 2)::DECIMAL(18,2) AS rub_kopecks,
    CASE WHEN w.rub = w.rub::DECIMAL(20,12) THEN c.close * w.rub::DECIMAL(20,12) END AS rub_market,
    c.turnover_quote, c.observation, v.reason, c.source
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

CREATE MACRO official_rate(a_currency, a_day) AS TABLE
    FROM rates_in_force WHERE currency = a_currency AND day = a_day;
COMMENT ON MACRO TABLE official_rate IS 'official_rate(''USD'', DATE ''2025-03-14''): the rate in force and the date that it bears';
