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

-- Both are bound first: else the texts would be taken apart again for every pair of limbs.
CREATE MACRO exact_product(a, b) AS list_transform([{'x': a, 'y': b}], lambda pair:
    list_transform(range(1, len(pair.x) + len(pair.y)), lambda k: list_sum(list_transform(
        range(greatest(1, k + 1 - len(pair.y)), least(k, len(pair.x)) + 1), lambda i: pair.x[i] * pair.y[k + 1 - i]))))[1];
COMMENT ON MACRO exact_product IS 'exact_product(exact_limbs(''1.5'', 18), exact_limbs(''80'', 10)): the product as limbs, at the decimals of both together';

CREATE MACRO exact_digits(a_limbs, a_places) AS right(lpad(list_reduce(
    list_transform(a_limbs, lambda limb: limb::VARCHAR),
    lambda done, limb, i: (limb::HUGEINT + ('0' || left(done, greatest(length(done) - 9 * (i - 1), 0)))::HUGEINT)::VARCHAR
        || lpad(right(done, 9 * (i - 1)), (9 * (i - 1))::INTEGER, '0')), 300, '0'), 80 + a_places);
COMMENT ON MACRO exact_digits IS 'exact_digits(limbs, 46): all digits of a number in limbs, 80 before the point that stands before the last 46; texts of this kind compare as numbers do';

CREATE MACRO exact_text(a_digits, a_places) AS coalesce(nullif(ltrim(left(a_digits, 80), '0'), ''), '0')
    || rtrim('.' || rtrim(right(a_digits, a_places), '0'), '.');
COMMENT ON MACRO exact_text IS 'exact_text(exact_digits(limbs, 46), 46): the number as text, all digits, no zeros at the end';

CREATE MACRO rulebook_days(a_rulebook, a_first, a_last) AS TABLE
WITH told AS (
    SELECT in_force_from, in_force_from AS first_day,
        coalesce(lead(in_force_from) OVER (ORDER BY in_force_from) - 1, DATE '9999-12-31') AS last_day,
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
    FROM rulebooks WHERE rulebook = a_rulebook GROUP BY in_force_from
), all_days AS (
    FROM told UNION ALL BY NAME
    SELECT NULL::DATE AS in_force_from, DATE '0001-01-01' AS first_day,
        coalesce(min(first_day) - 1, DATE '9999-12-31') AS last_day FROM told
), editions AS (
    FROM all_days WHERE CASE
    WHEN first_day > a_last OR last_day < a_first THEN FALSE
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
    ELSE TRUE END
)
SELECT d.day, e.* EXCLUDE (unknown, first_day, last_day, finality_required),
    turnover_scope = 'coin' OR publication_scope = 'coin' AS per_coin, finality_required = 'true' AS finality_required,
    (d.day - to_years(coalesce(publication_years, 0)))::DATE AS window_first
FROM (SELECT unnest(range(a_first, a_last + 1, INTERVAL 1 DAY))::DATE AS day) d
JOIN editions e ON d.day BETWEEN e.first_day AND e.last_day;
COMMENT ON MACRO TABLE rulebook_days IS 'rulebook_days(''tax-code'', DATE ''2025-01-01'', DATE ''2025-12-31''): the values that hold on each day, in one row; in_force_from is NULL before the first edition. An unknown rulebook, or one that SQL cannot judge by, is an error';

CREATE MACRO rulebook_values(a_rulebook, a_day) AS TABLE SELECT * EXCLUDE (day) FROM rulebook_days(a_rulebook, a_day, a_day);
COMMENT ON MACRO TABLE rulebook_values IS 'rulebook_values(''tax-code'', DATE ''2025-03-14''): the values that hold on a day, in one row; in_force_from is NULL before the first edition. An unknown rulebook, or one that SQL cannot judge by, is an error';

CREATE VIEW market_needs AS
WITH listed AS (
    SELECT venue, symbol, state = 'imported' AS imported,
        (first_seen AT TIME ZONE 'UTC')::DATE AS first_seen, (last_seen AT TIME ZONE 'UTC')::DATE AS last_seen,
        state = 'imported' OR last_seen < max(last_seen) FILTER (state <> 'imported') OVER (PARTITION BY venue) AS gone
    FROM markets
)
SELECT venue, symbol, n.coin, greatest(n.first_day, CASE WHEN imported THEN first_seen END) AS first_day,
    least(n.last_day, CASE WHEN gone THEN last_seen END) AS last_day, coalesce(a.kind, 'unclassified') AS base_kind
FROM market_names n JOIN listed USING (venue, symbol) LEFT JOIN assets a ON a.asset = n.coin;
COMMENT ON VIEW market_needs IS 'From which to which day every listed market must have been read before anything may be concluded from what lacks: all days, until it was taken off the list; of an imported one, the days of its files. base_kind: what kind of asset it deals in, which decides whether its deals would count';

-- One law for a day and for a thousand: what is counted over the years before is counted once for all days.
CREATE MACRO coin_verdicts_between(a_coin, a_first, a_last, a_rulebook := 'tax-code-per-coin', coins_only := FALSE) AS TABLE
WITH rule AS MATERIALIZED (FROM rulebook_days(a_rulebook, a_first, a_last) WHERE per_coin OR NOT coins_only),
-- The venues of each day, and those that listed the coin and of which nothing was read.
asked AS MATERIALIZED (
    SELECT day, venue, bool_or(known) AS known, bool_or(v.day_opens_minutes <> 0 AND r.trading_day = 'utc') AS utc
    FROM (SELECT day, venue, TRUE AS known FROM venue_days WHERE day BETWEEN a_first AND a_last
          UNION ALL SELECT r.day, n.venue, FALSE FROM market_names n
          JOIN rule r ON r.day BETWEEN n.first_day AND n.last_day WHERE n.coin = a_coin)
    JOIN venues v USING (venue) JOIN rule r USING (day) GROUP BY day, venue),
-- Turnover: of the coin's deals, or of those in all coins.
dealt AS MATERIALIZED (
    SELECT a_coin AS coin FROM rule WHERE turnover_scope = 'coin'
    UNION SELECT coin FROM market_names WHERE EXISTS (FROM rule WHERE turnover_scope = 'venue')),
days_rows AS (
    SELECT day, venue, coin, quote, turnover_low, turnover_high, final, FALSE AS utc
    FROM candles SEMI JOIN dealt USING (coin) WHERE day BETWEEN a_first AND a_last
    UNION ALL
    SELECT day, venue, coin, quote, turnover_low, turnover_high, final, TRUE
    FROM utc_days SEMI JOIN dealt USING (coin)
    WHERE day BETWEEN a_first AND a_last AND EXISTS (FROM rule WHERE trading_day = 'utc')),
sums AS MATERIALIZED (
    SELECT d.day, d.venue, d.utc, d.quote, list_contains(r.counted_bases, coalesce(a.kind, 'unclassified')) AS counts,
        sum(turnover_low) AS low, sum(turnover_high) AS high, count(*) AS markets,
        count(*) FILTER (NOT final) AS provisional
    FROM days_rows d JOIN asked q ON q.day = d.day AND q.venue = d.venue AND q.utc = d.utc
    JOIN rule r ON r.day = d.day AND (r.turnover_scope = 'venue' OR d.coin = a_coin)
    LEFT JOIN assets a ON a.asset = d.coin GROUP BY ALL),
ways AS MATERIALIZED (
    SELECT w.day, w.venue, w.asset, w.legs
    FROM ruble_values w JOIN rule r USING (day)
    WHERE w.day BETWEEN a_first AND a_last AND w.asset IN (SELECT quote FROM sums)
        AND w.reason IS NULL AND w.path IN ('official', r.stablecoin_path, 'cross')
    QUALIFY row_number() OVER (PARTITION BY w.day, w.venue, w.asset
        ORDER BY list_position(['official', r.stablecoin_path, 'cross'], w.path)) = 1),
worth AS (
    SELECT legs, exact_product(
        exact_limbs(coalesce(list_filter(steps, lambda s: s.by = 'close')[1].rate, '1'), 18),
        exact_limbs(coalesce(list_filter(steps, lambda s: s.by = 'official_rate')[1].rate, '1'), 10)) AS rub
    FROM (SELECT legs, from_json(legs, '[{"by": "VARCHAR", "rate": "VARCHAR"}]') AS steps
          FROM (SELECT DISTINCT legs FROM ways))),
products AS (
    SELECT s.*, w.rub IS NOT NULL AS priced, CASE WHEN counts AND w.rub IS NOT NULL THEN
        exact_product(exact_limbs(s.low, 18), w.rub) END AS rub_low,
        CASE WHEN counts AND w.rub IS NOT NULL THEN exact_product(exact_limbs(s.high, 18), w.rub) END AS rub_high
    FROM sums s
    LEFT JOIN ways y ON y.day = s.day AND y.venue = s.venue || CASE WHEN s.utc THEN '-utc' ELSE '' END
        AND y.asset = s.quote
    LEFT JOIN worth w ON w.legs = y.legs),
totals AS (
    SELECT day, venue, sum(markets) AS rows_read, sum(provisional) AS provisional,
        coalesce(sum(markets) FILTER (counts AND priced), 0) AS counted_markets,
        coalesce(list_sort(list(DISTINCT quote) FILTER (counts AND NOT priced AND high > 0)), []) AS unpriced,
        list(rub_low) FILTER (rub_low IS NOT NULL) AS lows, list(rub_high) FILTER (rub_high IS NOT NULL) AS highs
    FROM products GROUP BY day, venue),
-- Markets that must have been read, of the coin or of all: for the days, and for the window before each of them.
scopes AS MATERIALIZED (
    SELECT scope, utc, min(first) AS first, max(last) AS last
    FROM (SELECT r.turnover_scope AS scope, q.utc, day AS first, day AS last FROM asked q JOIN rule r USING (day)
          UNION ALL SELECT publication_scope, FALSE, window_first, day FROM rule)
    WHERE scope IS NOT NULL GROUP BY scope, utc),
needs AS MATERIALIZED (
    SELECT s.scope, s.utc, n.venue, n.symbol, n.base_kind, greatest(n.first_day, s.first) AS first_day,
        least(n.last_day, s.last) AS last_day
    FROM market_needs n JOIN scopes s ON s.scope = 'venue' OR n.coin = a_coin SEMI JOIN asked USING (venue)),
broken AS (
    SELECT DISTINCT venue, symbol, day FROM quarantine q
    WHERE NOT EXISTS (FROM candle_history c WHERE c.venue = q.venue AND c.symbol = q.symbol AND c.day = q.day)
        AND NOT EXISTS (FROM utc_day_history c
            WHERE c.venue || '-utc' = q.venue AND c.symbol = q.symbol AND c.day = q.day)),
reads AS (
    SELECT n.scope, n.utc, n.venue, n.symbol, n.base_kind, greatest(n.first_day, c.first_day) AS first_day,
        least(n.last_day, c.last_day) AS last_day
    FROM needs n JOIN (SELECT *, FALSE AS utc FROM coverage UNION ALL SELECT *, TRUE FROM utc_coverage) c
        ON c.utc = n.utc AND c.venue = n.venue AND c.symbol = n.symbol
        AND greatest(n.first_day, c.first_day) <= least(n.last_day, c.last_day)),
spans AS MATERIALIZED (
    SELECT scope, utc, venue, base_kind, first_day, last_day, 1 AS more FROM needs WHERE first_day <= last_day
    UNION ALL SELECT scope, utc, venue, base_kind, first_day, last_day, -1 FROM reads
    UNION ALL SELECT e.scope, e.utc, e.venue, e.base_kind, b.day, b.day, 1 FROM reads e
    JOIN broken b ON b.venue = e.venue || CASE WHEN e.utc THEN '-utc' ELSE '' END AND b.symbol = e.symbol
        AND b.day BETWEEN e.first_day AND e.last_day),
unread AS MATERIALIZED (
    SELECT scope, utc, venue, day, sum(sum(more)) OVER (PARTITION BY scope, utc, venue ORDER BY day)::BIGINT AS missing
    FROM (SELECT scope, utc, venue, first_day AS day, more FROM spans
          UNION ALL SELECT scope, utc, venue, last_day + 1, -more FROM spans
          UNION ALL SELECT scope, utc, venue, unnest(range(first, last + 1, INTERVAL 1 DAY))::DATE, 0
          FROM scopes CROSS JOIN (SELECT DISTINCT venue FROM asked))
    GROUP BY scope, utc, venue, day),
-- Of the markets not read, those in whose base asset deals do not count: they leave no turnover open.
left_out AS (
    SELECT r.day, s.scope, s.utc, s.venue, sum(s.more)::BIGINT AS markets
    FROM (FROM spans SEMI JOIN (
            SELECT DISTINCT k.base_kind FROM (SELECT DISTINCT base_kind FROM needs) k
            JOIN rule r ON NOT list_contains(r.counted_bases, k.base_kind)) l USING (base_kind)) s
    JOIN rule r ON r.day BETWEEN s.first_day AND s.last_day AND r.turnover_scope = s.scope
        AND NOT list_contains(r.counted_bases, s.base_kind)
    GROUP BY ALL),
published AS MATERIALIZED (
    SELECT DISTINCT 'coin' AS scope, venue, day FROM candles
    WHERE coin = a_coin AND EXISTS (FROM rule WHERE publication_scope = 'coin')
    UNION ALL SELECT 'venue', venue, day FROM venue_days WHERE EXISTS (FROM rule WHERE publication_scope = 'venue')),
-- Of what there was before the oldest file, files tell nothing.
known_from AS (
    SELECT s.scope, n.venue, min((m.first_seen AT TIME ZONE 'UTC')::DATE) AS first
    FROM market_names n JOIN scopes s ON NOT s.utc AND (s.scope = 'venue' OR n.coin = a_coin)
    JOIN markets m USING (venue, symbol) GROUP BY ALL HAVING bool_and(m.state = 'imported')),
calendar AS MATERIALIZED (
    SELECT u.scope, u.venue, u.day, p.day IS NULL AND missing = 0 AND u.day >= coalesce(k.first, u.day) AS silent,
        count(p.day) OVER before AS published_before, count(*) FILTER (silent) OVER before AS silent_before
    FROM unread u LEFT JOIN published p ON p.scope = u.scope AND p.venue = u.venue AND p.day = u.day
    LEFT JOIN known_from k ON k.scope = u.scope AND k.venue = u.venue
    WHERE NOT u.utc
    WINDOW before AS (PARTITION BY u.scope, u.venue ORDER BY u.day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
publication AS (
    SELECT q.day, q.venue, q.day - r.window_first AS window_days, f.published_since,
        e.published_before - b.published_before AS published_days, e.silent_before - b.silent_before AS silent_days,
        r.window_first < q.day AND b.silent AS first_silent
    FROM asked q JOIN rule r USING (day)
    LEFT JOIN (SELECT scope, venue, min(day) AS published_since FROM published GROUP BY ALL) f
        ON f.scope = r.publication_scope AND f.venue = q.venue
    LEFT JOIN calendar b ON b.scope = r.publication_scope AND b.venue = q.venue AND b.day = r.window_first
    LEFT JOIN calendar e ON e.scope = r.publication_scope AND e.venue = q.venue AND e.day = q.day),
-- All figures of a venue's day, then the tests.
figures AS (
    SELECT q.venue, q.known, q.utc, r.*, p.* EXCLUDE (day, venue),
        p.window_days - p.published_days - p.silent_days AS open_days,
        coalesce(t.rows_read, 0) > 0 OR (l.venue IS NOT NULL AND u.missing = 0) AS built,
        CASE WHEN q.utc AND NOT built THEN greatest(coalesce(u.missing, 0), 1) ELSE coalesce(u.missing, 0) END
            AS missing_markets,
        CASE WHEN q.utc AND NOT built THEN 0 ELSE coalesce(w.markets, 0) END AS missing_uncounted,
        coalesce(t.counted_markets, 0)::BIGINT AS counted_markets, coalesce(t.unpriced, []) AS unpriced,
        coalesce(t.provisional, 0)::BIGINT AS provisional_markets,
        exact_digits(list_transform(range(1, 23), lambda k: coalesce(list_sum(
            list_transform(t.lows, lambda one: one[k])), 0)), 46) AS low,
        CASE WHEN missing_markets = missing_uncounted AND len(coalesce(t.unpriced, [])) = 0 AND r.market_types = ['spot'] THEN
            exact_digits(list_transform(range(1, 23), lambda k: coalesce(list_sum(
                list_transform(t.highs, lambda one: one[k])), 0)), 46) END AS high,
        exact_digits(exact_limbs(r.turnover_floor_rub, 46), 46) AS floor,
        v.jurisdiction, o.stated, o.days_on, o.candles_off
    FROM asked q JOIN rule r USING (day) JOIN publication p ON p.day = q.day AND p.venue = q.venue
    JOIN venues v ON v.venue = q.venue
    LEFT JOIN totals t ON t.day = q.day AND t.venue = q.venue
    LEFT JOIN unread u ON u.scope = r.turnover_scope AND u.utc = q.utc AND u.venue = q.venue AND u.day = q.day
    LEFT JOIN left_out w ON w.scope = r.turnover_scope AND w.utc = q.utc AND w.venue = q.venue AND w.day = q.day
    LEFT JOIN (SELECT DISTINCT scope, utc, venue FROM needs) l
        ON l.scope = r.turnover_scope AND l.utc = q.utc AND l.venue = q.venue
    LEFT JOIN day_openings o ON o.venue = q.venue),
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
SELECT day, venue, a_rulebook AS rulebook, in_force_from, per_coin,
    CASE WHEN in_force_from IS NULL THEN 'no_rule_in_force' WHEN NOT known THEN 'undetermined'
         WHEN 'failed' IN (turnover_test, publication_begin_test, publication_coverage_test, jurisdiction_test)
         THEN 'not_eligible'
         WHEN list_contains([turnover_test, publication_begin_test, publication_coverage_test, trading_day_test,
             finality_test], 'open') THEN 'undetermined' ELSE 'eligible' END AS verdict,
    CASE WHEN judged THEN exact_text(low, 46) END AS turnover_rub_low,
    CASE WHEN judged THEN exact_text(high, 46) END AS turnover_rub_high,
    CASE WHEN judged THEN counted_markets END AS counted_markets,
    CASE WHEN judged THEN missing_markets END AS missing_markets,
    CASE WHEN judged THEN missing_uncounted END AS missing_uncounted,
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
FROM tests ORDER BY day, venue;
COMMENT ON MACRO TABLE coin_verdicts_between IS 'coin_verdicts_between(''BTC'', DATE ''2025-01-01'', DATE ''2025-12-31'', ''tax-code-per-coin''): what coin_verdicts() says of each of these days';

CREATE MACRO coin_verdicts(a_coin, a_day, a_rulebook := 'tax-code-per-coin', coins_only := FALSE) AS TABLE
    SELECT * EXCLUDE (day) FROM coin_verdicts_between(a_coin, a_day, a_day, a_rulebook, coins_only := coins_only);
COMMENT ON MACRO TABLE coin_verdicts IS 'coin_verdicts(''BTC'', DATE ''2025-03-14'', ''tax-code-per-coin''): per venue the verdict, the figures and the result (passed, failed, open) of each test; a test that a rulebook does not ask for is NULL. All figures are exact, the turnovers as text, and compared with the floor to the last digit; turnover_rub_high is NULL while markets are missing or unpriced whose deals would count: missing_uncounted of missing_markets would not. Takes rulebooks that judge venues too, and recomputes what `verdicts` holds of them. A venue of which nothing was read that day is undetermined and has no figures';

CREATE MACRO quotations_between(a_coin, a_first, a_last, a_rulebook) AS TABLE
    SELECT q.*, CASE WHEN r.in_force_from IS NULL THEN 'no_rule_in_force' WHEN r.per_coin THEN c.verdict
        ELSE x.verdict END AS verdict
    FROM quotations q JOIN rulebook_days(a_rulebook, a_first, a_last) r ON r.day = q.day
    LEFT JOIN verdicts x ON x.venue = q.venue AND x.day = q.day AND x.rulebook = a_rulebook
    LEFT JOIN coin_verdicts_between(a_coin, a_first, a_last, a_rulebook, coins_only := TRUE) c
        ON c.venue = q.venue AND c.day = q.day
    WHERE q.coin = a_coin AND q.day BETWEEN a_first AND a_last
    ORDER BY q.day, coalesce(c.verdict, x.verdict) = 'eligible' DESC, q.venue, q.market;
COMMENT ON MACRO TABLE quotations_between IS 'quotations_between(''BTC'', DATE ''2025-01-01'', DATE ''2025-12-31'', ''tax-code-per-coin''): what quotation() says of each of these days';

-- Two of one name: without a rulebook the verdict stands in a table, and nothing else need be planned.
CREATE MACRO quotation
(a_coin, a_day) AS TABLE (
    SELECT q.*, x.verdict FROM quotations q
    LEFT JOIN verdicts x ON x.venue = q.venue AND x.day = q.day AND x.rulebook = 'tax-code'
    WHERE q.coin = a_coin AND q.day = a_day
    ORDER BY x.verdict = 'eligible' DESC, q.venue, q.market),
(a_coin, a_day, a_rulebook) AS TABLE (FROM quotations_between(a_coin, a_day, a_day, a_rulebook));
COMMENT ON MACRO TABLE quotation IS 'quotation(''BTC'', DATE ''2025-03-14''), quotation(''BTC'', DATE ''2025-03-14'', ''tax-code-per-coin''): all quotations of a coin on a day with the verdict on each venue, under tax-code or any other rulebook, also one that judges by coins';
