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
COMMENT ON MACRO TABLE coin_turnover IS 'coin_turnover(''BTC'', DATE ''2025-03-14''): the turnover of a coin''s own markets per venue, stablecoins at their peg, in rubles; turnover_rub_high lacks markets that were not read. Rounded to 8 decimals before multiplying: up to 5e-9 units of the quote asset and of its ruble value per market; exact sums with all bounds are in `coin_verdicts`';

CREATE MACRO coin_publication(a_coin, a_day, a_years := 3) AS TABLE
    SELECT venue, min(day) AS published_since,
        count(DISTINCT day) FILTER (day >= a_day - to_years(a_years) AND day < a_day) AS published_days,
        a_day - (a_day - to_years(a_years))::DATE AS window_days
    FROM candles WHERE coin = a_coin GROUP BY venue ORDER BY venue;
COMMENT ON MACRO TABLE coin_publication IS 'coin_publication(''BTC'', DATE ''2025-03-14''): since when each venue has published a coin''s quotations, and on how many days of the three years before';

-- Verdicts by coins, by the same law as `oracle quotation`; tests hold the two together.

-- Exact products of any width: a number as whole digits at so many decimals, in limbs of nine, the lowest first.
CREATE MACRO exact_limbs(a_number, a_places) AS CASE
    WHEN NOT regexp_full_match(a_number::VARCHAR, '[0-9]+(\.[0-9]+)?')
        OR length(split_part(a_number::VARCHAR, '.', 2)) > a_places OR length(split_part(a_number::VARCHAR, '.', 1)) > 22
    THEN error(a_number::VARCHAR || ' does not fit the exact sums in SQL; ask `oracle quotation` instead')
    ELSE list_transform(range(8), lambda i: substr(lpad(
        split_part(a_number::VARCHAR, '.', 1) || rpad(split_part(a_number::VARCHAR, '.', 2), a_places, '0'), 72, '0'),
        64 - 9 * i, 9)::HUGEINT) END;
COMMENT ON MACRO exact_limbs IS 'exact_limbs(''1.5'', 18): for exact products, a number that is not negative as whole digits at so many decimals, in limbs of nine digits, the lowest first';

CREATE MACRO exact_product(a, b) AS list_transform(range(1, len(a) + len(b)), lambda k: list_sum(list_transform(
    range(greatest(1, k + 1 - len(b)), least(k, len(a)) + 1), lambda i: a[i] * b[k + 1 - i])));
COMMENT ON MACRO exact_product IS 'exact_product(exact_limbs(''1.5'', 18), exact_limbs(''80'', 10)): the product as limbs, at the decimals of both together';

CREATE MACRO exact_digits(a_limbs, a_places) AS right(lpad(list_reduce(
    list_transform(a_limbs, lambda limb: limb::VARCHAR),
    lambda done, limb, i: (limb::HUGEINT + ('0' || left(done, greatest(length(done) - 9 * (i - 1), 0)))::HUGEINT)::VARCHAR
        || lpad(right(done, 9 * (i - 1)), (9 * (i - 1))::INTEGER, '0')), 300, '0'), 80 + a_places);
COMMENT ON MACRO exact_digits IS 'exact_digits(limbs, 46): all digits of a number in limbs, 80 before the point that stands before the last 46; texts of this kind compare as numbers do';

CREATE MACRO exact_text(a_digits, a_places) AS coalesce(nullif(ltrim(left(a_digits, 80), '0'), ''), '0')
    || rtrim('.' || rtrim(right(a_digits, a_places), '0'), '.');
COMMENT ON MACRO exact_text IS 'exact_text(exact_digits(limbs, 46), 46): the number as text, all digits, no zeros at the end';

CREATE MACRO rulebook_values(a_rulebook, a_day) AS TABLE
WITH edition AS (
    FROM rulebooks WHERE rulebook = a_rulebook
    QUALIFY in_force_from = max(in_force_from) FILTER (in_force_from <= a_day) OVER ()
), told AS (
    SELECT max(in_force_from) AS in_force_from,
        list(key) FILTER (NOT list_contains(['turnover_floor_rub', 'turnover_scope', 'market_types', 'counted_bases',
            'stablecoin_path', 'publication_years', 'publication_scope', 'minimum_coverage', 'jurisdictions',
            'trading_day', 'quote_kinds', 'quote_order', 'date_zone', 'finality_required',
            'manual_quotations'], key)) AS unknown,
        any_value(value) FILTER (key = 'turnover_floor_rub') AS turnover_floor_rub,
        any_value(value) FILTER (key = 'turnover_scope') AS turnover_scope,
        string_split(any_value(value) FILTER (key = 'market_types'), ', ') AS market_types,
        string_split(any_value(value) FILTER (key = 'counted_bases'), ', ') AS counted_bases,
        any_value(value) FILTER (key = 'stablecoin_path') AS stablecoin_path,
        any_value(value) FILTER (key = 'publication_years')::INTEGER AS publication_years,
        any_value(value) FILTER (key = 'publication_scope') AS publication_scope,
        any_value(value) FILTER (key = 'minimum_coverage') AS minimum_coverage,
        string_split(any_value(value) FILTER (key = 'jurisdictions'), ', ') AS jurisdictions,
        any_value(value) FILTER (key = 'trading_day') AS trading_day,
        any_value(value) FILTER (key = 'finality_required') AS finality_required
    FROM edition
)
SELECT * EXCLUDE (unknown, publication_years, finality_required),
    turnover_scope = 'coin' OR publication_scope = 'coin' AS per_coin, finality_required = 'true' AS finality_required,
    publication_years, (a_day - to_years(coalesce(publication_years, 0)))::DATE AS window_first
FROM told WHERE CASE
    WHEN NOT EXISTS (FROM rulebooks WHERE rulebook = a_rulebook)
    THEN error('unknown rulebook ' || coalesce(a_rulebook, 'NULL') || '; `SELECT DISTINCT rulebook FROM rulebooks` lists them')
    WHEN in_force_from IS NULL THEN TRUE
    WHEN unknown IS NOT NULL OR turnover_scope NOT IN ('coin', 'venue') OR publication_scope NOT IN ('coin', 'venue')
        OR trading_day NOT IN ('venue', 'utc') OR finality_required NOT IN ('true', 'false')
        OR stablecoin_path NOT IN ('peg', 'market', 'refuse') OR len(split_part(minimum_coverage, '.', 2)) > 31
        OR market_types IS NULL OR counted_bases IS NULL OR jurisdictions IS NULL
        OR (turnover_floor_rub || turnover_scope || stablecoin_path || publication_years || publication_scope
            || minimum_coverage || trading_day || finality_required) IS NULL
    THEN error('rulebook ' || a_rulebook || ' has a key or value that SQL cannot judge by; ask `oracle quotation` instead')
    ELSE TRUE END;
COMMENT ON MACRO TABLE rulebook_values IS 'rulebook_values(''tax-code'', DATE ''2025-03-14''): the values that hold on a day, in one row; in_force_from is NULL before the first edition. An unknown rulebook, or one that SQL cannot judge by, is an error';

CREATE VIEW market_needs AS
WITH listed AS (
    SELECT venue, symbol, state = 'imported' AS imported,
        (first_seen AT TIME ZONE 'UTC')::DATE AS first_seen, (last_seen AT TIME ZONE 'UTC')::DATE AS last_seen,
        state = 'imported' OR last_seen < max(last_seen) FILTER (state <> 'imported') OVER (PARTITION BY venue) AS gone
    FROM markets
)
SELECT venue, symbol, n.coin, greatest(n.first_day, CASE WHEN imported THEN first_seen END) AS first_day,
    least(n.last_day, CASE WHEN gone THEN last_seen END) AS last_day
FROM market_names n JOIN listed USING (venue, symbol);
COMMENT ON VIEW market_needs IS 'From which to which day every listed market must have been read before anything may be concluded from what lacks: all days, until it was taken off the list; of an imported one, the days of its files';

CREATE MACRO coin_verdicts(a_coin, a_day, a_rulebook := 'tax-code-per-coin', coins_only := FALSE) AS TABLE
WITH rule AS MATERIALIZED (FROM rulebook_values(a_rulebook, a_day) WHERE per_coin OR NOT coins_only),
-- Whose deals, and whose quotations: the coin's, or those of all coins.
dealt AS MATERIALIZED (
    SELECT a_coin AS coin FROM rule WHERE turnover_scope = 'coin'
    UNION SELECT coin FROM market_names, rule WHERE turnover_scope = 'venue'),
quoted AS MATERIALIZED (
    SELECT a_coin AS coin FROM rule WHERE publication_scope = 'coin'
    UNION SELECT coin FROM market_names, rule WHERE publication_scope = 'venue'),
-- The venues of that day, and those that listed the coin and of which nothing was read.
asked AS MATERIALIZED (
    SELECT venue, bool_or(known) AS known, bool_or(v.day_opens_minutes <> 0 AND r.trading_day = 'utc') AS utc
    FROM (SELECT venue, TRUE AS known FROM venue_days WHERE day = a_day
          UNION ALL SELECT venue, FALSE FROM market_names WHERE coin = a_coin AND a_day BETWEEN first_day AND last_day)
    JOIN venues v USING (venue) CROSS JOIN rule r GROUP BY venue),
-- Turnover.
days_rows AS (
    SELECT venue, symbol, coin, quote, turnover_low, turnover_high, final, FALSE AS utc
    FROM candles SEMI JOIN dealt USING (coin) WHERE day = a_day
    UNION ALL
    SELECT venue, symbol, coin, quote, turnover_low, turnover_high, final, TRUE
    FROM utc_days SEMI JOIN dealt USING (coin) WHERE day = a_day AND (SELECT trading_day FROM rule) = 'utc'),
sums AS (
    SELECT d.venue, d.utc, d.quote, list_contains(r.counted_bases, coalesce(a.kind, 'unclassified')) AS counts,
        sum(turnover_low) AS low, sum(turnover_high) AS high, count(*) AS markets,
        count(*) FILTER (NOT final) AS provisional
    FROM days_rows d JOIN asked q ON q.venue = d.venue AND q.utc = d.utc
    LEFT JOIN assets a ON a.asset = d.coin CROSS JOIN rule r GROUP BY ALL),
worth AS (
    SELECT venue, asset, exact_product(exact_limbs(close, 18), exact_limbs(rate, 10)) AS rub FROM (
        SELECT venue, asset, coalesce(list_filter(steps, lambda s: s.by = 'close')[1].rate, '1') AS close,
            coalesce(list_filter(steps, lambda s: s.by = 'official_rate')[1].rate, '1') AS rate
        FROM (
            SELECT w.venue, w.asset, from_json(w.legs, '[{"by": "VARCHAR", "rate": "VARCHAR"}]') AS steps
            FROM ruble_values w, rule r
            WHERE w.day = a_day AND w.reason IS NULL AND w.path IN ('official', r.stablecoin_path, 'cross')
            QUALIFY row_number() OVER (PARTITION BY w.venue, w.asset
                ORDER BY list_position(['official', r.stablecoin_path, 'cross'], w.path)) = 1))),
products AS (
    SELECT s.*, w.rub IS NOT NULL AS priced, CASE WHEN counts AND w.rub IS NOT NULL THEN
        exact_product(exact_limbs(s.low, 18), w.rub) END AS rub_low,
        CASE WHEN counts AND w.rub IS NOT NULL THEN exact_product(exact_limbs(s.high, 18), w.rub) END AS rub_high
    FROM sums s LEFT JOIN worth w ON w.venue = s.venue || CASE WHEN s.utc THEN '-utc' ELSE '' END AND w.asset = s.quote),
totals AS (
    SELECT venue, sum(markets) AS rows_read, sum(provisional) AS provisional,
        coalesce(sum(markets) FILTER (counts AND priced), 0) AS counted_markets,
        coalesce(list_sort(list(DISTINCT quote) FILTER (counts AND NOT priced AND high > 0)), []) AS unpriced,
        list(rub_low) FILTER (rub_low IS NOT NULL) AS lows, list(rub_high) FILTER (rub_high IS NOT NULL) AS highs
    FROM products GROUP BY venue),
-- Markets that must have been read: for the day, and for the window before it.
broken AS (
    SELECT DISTINCT venue, symbol, day FROM quarantine q
    WHERE NOT EXISTS (FROM candle_history c WHERE c.venue = q.venue AND c.symbol = q.symbol AND c.day = q.day)
        AND NOT EXISTS (FROM utc_day_history c
            WHERE c.venue || '-utc' = q.venue AND c.symbol = q.symbol AND c.day = q.day)),
unread AS (
    SELECT n.venue, count(*) AS listed, count(*) FILTER (a_day BETWEEN n.first_day AND n.last_day AND (
        b.day IS NOT NULL OR CASE WHEN q.utc THEN u.venue IS NULL ELSE c.venue IS NULL END)) AS missing
    FROM market_needs n SEMI JOIN dealt USING (coin) JOIN asked q USING (venue)
    LEFT JOIN coverage c ON c.venue = n.venue AND c.symbol = n.symbol AND a_day BETWEEN c.first_day AND c.last_day
    LEFT JOIN utc_coverage u ON u.venue = n.venue AND u.symbol = n.symbol AND a_day BETWEEN u.first_day AND u.last_day
    LEFT JOIN broken b ON b.venue = n.venue || CASE WHEN q.utc THEN '-utc' ELSE '' END AND b.symbol = n.symbol
        AND b.day = a_day
    GROUP BY n.venue),
published AS MATERIALIZED (
    SELECT DISTINCT venue, day FROM candles WHERE coin = a_coin AND (SELECT publication_scope FROM rule) = 'coin'
    UNION ALL SELECT venue, day FROM venue_days, rule WHERE publication_scope = 'venue'),
needs AS (
    SELECT n.venue, n.symbol, n.coin, greatest(n.first_day, r.window_first) AS first_day,
        least(n.last_day, a_day - 1) AS last_day
    FROM market_needs n SEMI JOIN quoted USING (coin) JOIN asked USING (venue) CROSS JOIN rule r
    WHERE greatest(n.first_day, r.window_first) <= least(n.last_day, a_day - 1)),
reads AS (
    SELECT n.venue, n.symbol, n.coin, n.first_day AS span, greatest(n.first_day, c.first_day) AS first_day,
        least(n.last_day, c.last_day) AS last_day
    FROM needs n JOIN coverage c ON c.venue = n.venue AND c.symbol = n.symbol
        AND greatest(n.first_day, c.first_day) <= least(n.last_day, c.last_day)),
changes AS (
    SELECT venue, first_day AS day, 1 AS more FROM needs UNION ALL SELECT venue, last_day + 1, -1 FROM needs
    UNION ALL SELECT venue, first_day, -1 FROM reads UNION ALL SELECT venue, last_day + 1, 1 FROM reads
    UNION ALL SELECT e.venue, b.day + later::INTEGER, 1 - 2 * later
    FROM reads e JOIN broken b ON b.venue = e.venue AND b.symbol = e.symbol AND b.day BETWEEN e.first_day AND e.last_day
    CROSS JOIN range(2) AS t(later)
    UNION ALL SELECT venue, unnest(range(r.window_first, a_day, INTERVAL 1 DAY))::DATE, 0 FROM asked CROSS JOIN rule r),
-- Of what there was before the oldest file, files tell nothing.
known_from AS (
    SELECT n.venue, min((m.first_seen AT TIME ZONE 'UTC')::DATE) AS first
    FROM market_names n SEMI JOIN quoted USING (coin) JOIN markets m USING (venue, symbol)
    GROUP BY n.venue HAVING bool_and(m.state = 'imported')),
silent AS (
    SELECT DISTINCT venue, day
    FROM (SELECT venue, day, sum(more) OVER (PARTITION BY venue ORDER BY day) AS missing FROM changes)
    ANTI JOIN published USING (venue, day) LEFT JOIN known_from k USING (venue)
    WHERE missing = 0 AND day < a_day AND day >= coalesce(k.first, day)),
publication AS (
    SELECT q.venue, any_value(r.window_first) AS window_first, (a_day - any_value(r.window_first)) AS window_days,
        min(p.day) AS published_since, count(p.day) FILTER (p.day >= r.window_first AND p.day < a_day) AS published_days,
        any_value(coalesce(s.days, 0)) AS silent_days, any_value(coalesce(s.first, FALSE)) AS first_silent
    FROM asked q CROSS JOIN rule r LEFT JOIN published p USING (venue)
    LEFT JOIN (SELECT venue, count(*) AS days, bool_or(day = window_first) AS first FROM silent, rule GROUP BY venue) s
        USING (venue)
    GROUP BY q.venue),
-- All figures of a venue's day, then the tests.
figures AS (
    SELECT q.venue, q.known, q.utc, r.*, p.* EXCLUDE (venue, window_first),
        p.window_days - p.published_days - p.silent_days AS open_days,
        coalesce(t.rows_read, 0) > 0 OR (coalesce(u.listed, 0) > 0 AND u.missing = 0) AS built,
        CASE WHEN q.utc AND NOT built THEN greatest(coalesce(u.missing, 0), 1) ELSE coalesce(u.missing, 0) END
            AS missing_markets,
        coalesce(t.counted_markets, 0)::BIGINT AS counted_markets, coalesce(t.unpriced, []) AS unpriced,
        coalesce(t.provisional, 0)::BIGINT AS provisional_markets,
        exact_digits(list_transform(range(1, 23), lambda k: coalesce(list_sum(
            list_transform(t.lows, lambda one: one[k])), 0)), 46) AS low,
        CASE WHEN missing_markets = 0 AND len(coalesce(t.unpriced, [])) = 0 AND r.market_types = ['spot'] THEN
            exact_digits(list_transform(range(1, 23), lambda k: coalesce(list_sum(
                list_transform(t.highs, lambda one: one[k])), 0)), 46) END AS high,
        exact_digits(exact_limbs(r.turnover_floor_rub, 46), 46) AS floor,
        v.jurisdiction, o.stated, o.days_on, o.candles_off
    FROM asked q CROSS JOIN rule r JOIN publication p USING (venue) JOIN venues v USING (venue)
    LEFT JOIN totals t USING (venue) LEFT JOIN unread u USING (venue) LEFT JOIN day_openings o USING (venue)),
tests AS (
    SELECT *, in_force_from IS NOT NULL AND known AS judged,
        CASE WHEN low > floor THEN 'passed' WHEN high <= floor THEN 'failed' ELSE 'open' END AS turnover_test,
        CASE WHEN published_since <= window_first THEN 'passed' WHEN first_silent THEN 'failed' ELSE 'open' END
            AS publication_begin_test,
        CASE WHEN published_days >= minimum_coverage::DECIMAL(33,31) * window_days::DECIMAL(5,0) THEN 'passed'
             WHEN published_days + open_days >= minimum_coverage::DECIMAL(33,31) * window_days::DECIMAL(5,0) THEN 'open'
             ELSE 'failed' END AS publication_coverage_test,
        CASE WHEN list_contains(jurisdictions, jurisdiction) THEN 'passed' ELSE 'failed' END AS jurisdiction_test,
        CASE WHEN utc THEN CASE WHEN built THEN 'passed' ELSE 'open' END
             WHEN NOT stated THEN CASE WHEN days_on >= 30 AND candles_off = 0 THEN 'passed' ELSE 'open' END END
            AS trading_day_test,
        CASE WHEN provisional_markets > 0 THEN CASE WHEN finality_required THEN 'open' ELSE 'passed' END
             WHEN finality_required THEN 'passed' END AS finality_test
    FROM figures)
SELECT venue, a_rulebook AS rulebook, in_force_from, per_coin,
    CASE WHEN in_force_from IS NULL THEN 'no_rule_in_force' WHEN NOT known THEN 'undetermined'
         WHEN 'failed' IN (turnover_test, publication_begin_test, publication_coverage_test, jurisdiction_test)
         THEN 'not_eligible'
         WHEN list_contains([turnover_test, publication_begin_test, publication_coverage_test, trading_day_test,
             finality_test], 'open') THEN 'undetermined' ELSE 'eligible' END AS verdict,
    CASE WHEN judged THEN exact_text(low, 46) END AS turnover_rub_low,
    CASE WHEN judged THEN exact_text(high, 46) END AS turnover_rub_high,
    CASE WHEN judged THEN counted_markets END AS counted_markets,
    CASE WHEN judged THEN missing_markets END AS missing_markets,
    CASE WHEN judged THEN unpriced END AS unpriced,
    CASE WHEN judged THEN provisional_markets END AS provisional_markets,
    CASE WHEN judged THEN published_since END AS published_since,
    CASE WHEN judged THEN published_days END AS published_days,
    CASE WHEN judged THEN open_days END AS open_days,
    CASE WHEN judged THEN window_days END AS window_days,
    CASE WHEN judged THEN turnover_test END AS turnover_test,
    CASE WHEN judged THEN publication_begin_test END AS publication_begin_test,
    CASE WHEN judged THEN publication_coverage_test END AS publication_coverage_test,
    CASE WHEN judged THEN jurisdiction_test END AS jurisdiction_test,
    CASE WHEN judged THEN trading_day_test END AS trading_day_test,
    CASE WHEN judged THEN finality_test END AS finality_test
FROM tests ORDER BY venue;
COMMENT ON MACRO TABLE coin_verdicts IS 'coin_verdicts(''BTC'', DATE ''2025-03-14'', ''tax-code-per-coin''): per venue the verdict, the figures and the result (passed, failed, open) of each test; a test that a rulebook does not ask for is NULL. All figures are exact, the turnovers as text, and compared with the floor to the last digit; turnover_rub_high is NULL while markets are missing or unpriced. Takes rulebooks that judge venues too, and recomputes what `verdicts` holds of them. A venue of which nothing was read that day is undetermined and has no figures';

-- Two of one name: without a rulebook the verdict stands in a table, and nothing else need be planned.
CREATE MACRO quotation
(a_coin, a_day) AS TABLE (
    SELECT q.*, x.verdict FROM quotations q
    LEFT JOIN verdicts x ON x.venue = q.venue AND x.day = q.day AND x.rulebook = 'tax-code'
    WHERE q.coin = a_coin AND q.day = a_day
    ORDER BY x.verdict = 'eligible' DESC, q.venue, q.market),
(a_coin, a_day, a_rulebook) AS TABLE (
    SELECT q.*, CASE WHEN r.in_force_from IS NULL THEN 'no_rule_in_force' WHEN r.per_coin THEN c.verdict
        ELSE x.verdict END AS verdict
    FROM quotations q CROSS JOIN rulebook_values(a_rulebook, a_day) r
    LEFT JOIN verdicts x ON x.venue = q.venue AND x.day = q.day AND x.rulebook = a_rulebook
    LEFT JOIN coin_verdicts(a_coin, a_day, a_rulebook, coins_only := TRUE) c ON c.venue = q.venue
    WHERE q.coin = a_coin AND q.day = a_day
    ORDER BY coalesce(c.verdict, x.verdict) = 'eligible' DESC, q.venue, q.market);
COMMENT ON MACRO TABLE quotation IS 'quotation(''BTC'', DATE ''2025-03-14''), quotation(''BTC'', DATE ''2025-03-14'', ''tax-code-per-coin''): all quotations of a coin on a day with the verdict on each venue, under tax-code or any other rulebook, also one that judges by coins';
