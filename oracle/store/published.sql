-- What analysts, auditors and the API read: documented tables out of the working store, which is attached as `store`.
CREATE TABLE dataset (
    version VARCHAR NOT NULL, published_at TIMESTAMPTZ NOT NULL, demo BOOLEAN NOT NULL, software VARCHAR NOT NULL,
    schema_version INTEGER NOT NULL, content VARCHAR NOT NULL, as_known_at TIMESTAMPTZ
);
COMMENT ON TABLE dataset IS 'One row: which version this file is. Not legal advice.';
COMMENT ON COLUMN dataset.version IS 'Name of the version, quoted in every answer';
COMMENT ON COLUMN dataset.published_at IS 'When the file was made';
COMMENT ON COLUMN dataset.demo IS 'True if any observation came from a stand-in with invented prices';
COMMENT ON COLUMN dataset.software IS 'Program and version that made the file';
COMMENT ON COLUMN dataset.schema_version IS 'Version of the tables described here';
COMMENT ON COLUMN dataset.as_known_at IS 'Instant after which nothing was taken in; NULL: all that was collected';
COMMENT ON COLUMN dataset.content IS 'Hash over the archive batches, rulebooks and registers that the file was made of';

CREATE TABLE venues (
    venue VARCHAR NOT NULL, title VARCHAR NOT NULL, site VARCHAR NOT NULL, jurisdiction VARCHAR NOT NULL,
    day_opens_minutes INTEGER NOT NULL, closed_by VARCHAR NOT NULL, turnover_published BOOLEAN NOT NULL,
    lists_delisted BOOLEAN NOT NULL, source VARCHAR NOT NULL
);
COMMENT ON TABLE venues IS 'Foreign organisers of trading and how they publish';
COMMENT ON COLUMN venues.venue IS 'Name used in all tables';
COMMENT ON COLUMN venues.title IS 'Name for people';
COMMENT ON COLUMN venues.site IS 'Official site';
COMMENT ON COLUMN venues.jurisdiction IS 'foreign, or the country code of a licensed domestic organiser';
COMMENT ON COLUMN venues.day_opens_minutes IS 'When trading day D opens, in minutes after D 00:00 UTC; negative: the day before';
COMMENT ON COLUMN venues.closed_by IS 'How a closed day is told from the running one';
COMMENT ON COLUMN venues.turnover_published IS 'False: only base volume is published, turnover is bounded by the day''s low and high';
COMMENT ON COLUMN venues.lists_delisted IS 'False: markets that were taken off are not in the venue''s list, so a sum may lack them';
COMMENT ON COLUMN venues.source IS 'The venue''s documentation of its daily candles';

CREATE TABLE publication_facts (
    venue VARCHAR NOT NULL, what VARCHAR NOT NULL, shown_on DATE NOT NULL, address VARCHAR NOT NULL,
    source VARCHAR NOT NULL, origin VARCHAR NOT NULL, note VARCHAR, shown_until DATE, document VARCHAR
);
COMMENT ON TABLE publication_facts IS 'Since when venues'' quotations have been public, by evidence other than observations. Changes no verdict by itself: the days observed decide (see venue_days)';
COMMENT ON COLUMN publication_facts.venue IS 'Venue';
COMMENT ON COLUMN publication_facts.what IS 'What is shown to be public: daily_candles or candles of another length, over the public API; charts, historical_page, bulk_downloads; document: whatever a user''s document shows';
COMMENT ON COLUMN publication_facts.shown_on IS 'Day on which the source shows it; nothing is said of the days before, nor that it has never ceased since';
COMMENT ON COLUMN publication_facts.address IS 'Where it was public on that day';
COMMENT ON COLUMN publication_facts.source IS 'Who shows it; `not fetched:` and what is known, where the source could not be read';
COMMENT ON COLUMN publication_facts.origin IS 'shipped, user: from publication.toml in the home folder, or document: filed by a user (see documents)';
COMMENT ON COLUMN publication_facts.note IS 'What else to know';
COMMENT ON COLUMN publication_facts.shown_until IS 'Of a document, the last day that it shows; else NULL';
COMMENT ON COLUMN publication_facts.document IS 'SHA-256 of the document; NULL for a fact of a register';

CREATE TABLE assets (
    asset VARCHAR NOT NULL, name VARCHAR NOT NULL, kind VARCHAR NOT NULL, obligated_person VARCHAR, peg VARCHAR,
    since DATE, units INTEGER NOT NULL, units_of VARCHAR, source VARCHAR NOT NULL, note VARCHAR
);
COMMENT ON TABLE assets IS 'Asset register by 259-FZ art. 1 part 3; an asset that is not here is unclassified';
COMMENT ON COLUMN assets.asset IS 'Code';
COMMENT ON COLUMN assets.name IS 'Name';
COMMENT ON COLUMN assets.kind IS 'digital_currency, stablecoin, fiat, wrapped, leveraged_token, tokenized_asset';
COMMENT ON COLUMN assets.obligated_person IS 'Who owes something to each holder, where there is such a person';
COMMENT ON COLUMN assets.peg IS 'Currency that a stablecoin stands for';
COMMENT ON COLUMN assets.since IS 'First day on which it existed, where known';
COMMENT ON COLUMN assets.units IS 'How many units of `units_of` one of this is; 1 but for lots';
COMMENT ON COLUMN assets.units_of IS 'For lots such as 1000SATS: of what. Prices are prices of the lot';
COMMENT ON COLUMN assets.source IS 'Where this comes from';
COMMENT ON COLUMN assets.note IS 'What else to know';

CREATE TABLE aliases AS
SELECT code, nullif(venue, '') AS venue, nullif(asset, '') AS asset, nullif(first_day, DATE '0001-01-01') AS first_day,
    nullif(last_day, DATE '9999-12-31') AS last_day, rank, nullif(refused, '') AS refused, origin, source,
    nullif(note, '') AS note
FROM alias_entries e
WHERE rank <> 1 OR EXISTS (FROM code_spans i WHERE i.venue = e.venue AND i.code = e.code)
ORDER BY ALL;
COMMENT ON TABLE aliases IS 'What codes denote, by venue and day; a code that is not here denotes the registered asset of that code';
COMMENT ON COLUMN aliases.code IS 'Code as venues write it';
COMMENT ON COLUMN aliases.venue IS 'Venue; NULL: every venue without an entry of its own for the day';
COMMENT ON COLUMN aliases.asset IS 'What it denotes; NULL: nothing may be concluded (see refused)';
COMMENT ON COLUMN aliases.first_day IS 'From this day; NULL: always';
COMMENT ON COLUMN aliases.last_day IS 'Until this day; NULL: still';
COMMENT ON COLUMN aliases.rank IS 'Of entries that hold on a day the lowest counts: 0 the venue''s own, 1 by a family of codes, 2 for all venues';
COMMENT ON COLUMN aliases.refused IS 'Why nothing may be concluded';
COMMENT ON COLUMN aliases.origin IS 'shipped, or user: from aliases.toml in the home folder';
COMMENT ON COLUMN aliases.source IS 'Who says so';
COMMENT ON COLUMN aliases.note IS 'What else to know';

CREATE TABLE identities AS FROM code_spans ORDER BY ALL;
COMMENT ON TABLE identities IS 'What every code that a venue was seen to use denoted, as spans that cover all days';
COMMENT ON COLUMN identities.venue IS 'Venue';
COMMENT ON COLUMN identities.code IS 'Code as the venue writes it';
COMMENT ON COLUMN identities.first_day IS 'First day of the span';
COMMENT ON COLUMN identities.last_day IS 'Last day of the span';
COMMENT ON COLUMN identities.asset IS 'Asset; the code itself where nobody registered it; CODE@VENUE where it is refused';
COMMENT ON COLUMN identities.refused IS 'Why nothing may be concluded about the code on these days';

CREATE TABLE market_names AS FROM market_spans ORDER BY ALL;
COMMENT ON TABLE market_names IS 'Base and quote asset of every market, as spans that cover all days; nearly all markets have one';
COMMENT ON COLUMN market_names.venue IS 'Venue';
COMMENT ON COLUMN market_names.symbol IS 'The venue''s own name of the market';
COMMENT ON COLUMN market_names.coin IS 'Asset that is valued';
COMMENT ON COLUMN market_names.quote IS 'Asset in which it is valued';
COMMENT ON COLUMN market_names.first_day IS 'First day of the span';
COMMENT ON COLUMN market_names.last_day IS 'Last day of the span';

CREATE TABLE rulebooks (
    rulebook VARCHAR NOT NULL, title VARCHAR NOT NULL, in_force_from DATE NOT NULL, key VARCHAR NOT NULL,
    value VARCHAR NOT NULL, holds_from DATE NOT NULL, clause VARCHAR NOT NULL, source VARCHAR NOT NULL, note VARCHAR
);
COMMENT ON TABLE rulebooks IS 'Readings of the rule: every value with the date from which it holds, its clause and source';
COMMENT ON COLUMN rulebooks.rulebook IS 'Name';
COMMENT ON COLUMN rulebooks.title IS 'What the reading is';
COMMENT ON COLUMN rulebooks.in_force_from IS 'First day of the edition';
COMMENT ON COLUMN rulebooks.key IS 'Which value';
COMMENT ON COLUMN rulebooks.value IS 'The value as text';
COMMENT ON COLUMN rulebooks.holds_from IS 'First day on which the value holds: an edition states what changes, other values go on';
COMMENT ON COLUMN rulebooks.note IS 'What else its author says';
COMMENT ON COLUMN rulebooks.clause IS 'What of the law it carries out';
COMMENT ON COLUMN rulebooks.source IS 'Who says so';

CREATE TABLE markets AS
SELECT m.venue, m.symbol, m.base || '/' || m.quote AS market, m.base, m.quote,
    CASE WHEN m.state <> 'imported' AND m.last_seen < max(m.last_seen) FILTER (m.state <> 'imported')
        OVER (PARTITION BY m.venue) THEN 'delisted' ELSE m.state END AS state,
    m.first_seen, m.last_seen,
    c.first_day, c.last_day, coalesce(c.candles, 0) AS candles, m.observation
FROM store.markets m LEFT JOIN (
    SELECT venue, symbol, min(day) AS first_day, max(day) AS last_day, count(*) AS candles
    FROM store.candles WHERE known_to IS NULL GROUP BY ALL
) c USING (venue, symbol)
ORDER BY ALL;
COMMENT ON TABLE markets IS 'Every market that a venue was seen to list, or that an imported file is about';
COMMENT ON COLUMN markets.venue IS 'Venue';
COMMENT ON COLUMN markets.symbol IS 'The venue''s own name of the market';
COMMENT ON COLUMN markets.market IS 'BASE/QUOTE as the venue writes them; what they denoted on a day is in `market_names`';
COMMENT ON COLUMN markets.base IS 'The venue''s code of the asset that is valued';
COMMENT ON COLUMN markets.quote IS 'The venue''s code of the asset in which it is valued';
COMMENT ON COLUMN markets.state IS 'live, halted or delisted; delisted too where the venue''s newest list lacks it; imported: in no list, known from a file only';
COMMENT ON COLUMN markets.first_seen IS 'First market list that showed it; of an imported one, the first day of its files';
COMMENT ON COLUMN markets.last_seen IS 'Last market list that showed it; of an imported one, the last day of its files';
COMMENT ON COLUMN markets.first_day IS 'Oldest trading day with a candle here';
COMMENT ON COLUMN markets.last_day IS 'Newest trading day with a candle here';
COMMENT ON COLUMN markets.candles IS 'Number of trading days with a candle here';
COMMENT ON COLUMN markets.observation IS 'SHA-256 of the market list that showed it last, or of the file';

CREATE TABLE candle_history AS
SELECT n.coin, c.day, c.venue, c.symbol, n.coin || '/' || n.quote AS market, n.quote,
    c.open, c.high, c.low, c.close, c.base_volume, c.turnover_quote, c.turnover_low, c.turnover_high,
    c.close_literal, c.base_volume_literal, c.turnover_literal,
    c.known_to IS NULL AND p.day IS NULL AND NOT coalesce(starts_with(f.told, 'user file'), FALSE) AS final,
    c.observation, coalesce(f.told, 'api') AS source, c.known_from, c.known_to
FROM store.candles c
JOIN market_spans n ON n.venue = c.venue AND n.symbol = c.symbol AND c.day BETWEEN n.first_day AND n.last_day
LEFT JOIN (
    SELECT venue, symbol, day FROM store.readings
    UNION SELECT venue, symbol, day FROM store.quarantine WHERE reason = 'candle_vanished') p
    ON p.venue = c.venue AND p.symbol = c.symbol AND p.day = c.day
LEFT JOIN (
    SELECT sha256, source AS file_venue, subject, any_value(CASE WHEN starts_with(url, 'file:csv/')
        THEN 'user file: ' || detail ELSE 'bulk file ' || url[strpos(url, '/') + 1:] END) AS told
    FROM store.observations WHERE kind = 'file' GROUP BY ALL
) f ON f.sha256 = c.observation AND f.file_venue = c.venue AND f.subject = c.symbol
ORDER BY coin, c.day, c.venue, c.symbol, c.known_from;
COMMENT ON TABLE candle_history IS 'Every value of every closed trading day that ever counted; the current one has no known_to';
COMMENT ON COLUMN candle_history.coin IS 'Asset that the market valued on that day, by `market_names`';
COMMENT ON COLUMN candle_history.day IS 'Trading day, the date that the venue gives it (its opening is in `venues`)';
COMMENT ON COLUMN candle_history.venue IS 'Venue';
COMMENT ON COLUMN candle_history.symbol IS 'The venue''s own name of the market';
COMMENT ON COLUMN candle_history.market IS 'BASE/QUOTE';
COMMENT ON COLUMN candle_history.quote IS 'Quote asset: the unit of prices and turnover';
COMMENT ON COLUMN candle_history.open IS 'First price, exact';
COMMENT ON COLUMN candle_history.high IS 'Highest price, exact';
COMMENT ON COLUMN candle_history.low IS 'Lowest price, exact';
COMMENT ON COLUMN candle_history.close IS 'Closing price, exact';
COMMENT ON COLUMN candle_history.base_volume IS 'Volume in the base asset; digits beyond the 18th are in the literal only';
COMMENT ON COLUMN candle_history.turnover_quote IS 'Turnover in the quote asset as published; NULL where the venue publishes none';
COMMENT ON COLUMN candle_history.turnover_low IS 'Turnover, or low x base volume where none is published';
COMMENT ON COLUMN candle_history.turnover_high IS 'Turnover, or high x base volume where none is published';
COMMENT ON COLUMN candle_history.close_literal IS 'Closing price, digit for digit as received';
COMMENT ON COLUMN candle_history.base_volume_literal IS 'Volume, digit for digit as received';
COMMENT ON COLUMN candle_history.turnover_literal IS 'Turnover, digit for digit as received';
COMMENT ON COLUMN candle_history.final IS 'The day had long been closed when it was read, or a second reading after the grace period agreed; never of a user''s file';
COMMENT ON COLUMN candle_history.observation IS 'SHA-256 of the response or file that shows it';
COMMENT ON COLUMN candle_history.source IS 'Who told it: api, bulk file <name> (the venue''s own download), user file: <note>';
COMMENT ON COLUMN candle_history.known_from IS 'When that response was received';
COMMENT ON COLUMN candle_history.known_to IS 'When a response with other figures was received; NULL: still current';

CREATE VIEW candles AS SELECT * EXCLUDE (known_to) FROM candle_history WHERE known_to IS NULL;
COMMENT ON VIEW candles IS 'Closed trading days with the figures that count now';

CREATE TABLE utc_day_history AS
SELECT n.coin, c.day, n.venue, c.symbol, n.coin || '/' || n.quote AS market, n.quote,
    c.open, c.high, c.low, c.close, c.base_volume, c.turnover_quote, c.turnover_low, c.turnover_high,
    c.close_literal, c.base_volume_literal, c.turnover_literal, p.day IS NULL AND c.known_to IS NULL AS final,
    c.observation, c.known_from, c.known_to
FROM store.candles c
JOIN market_spans n ON n.venue || '-utc' = c.venue AND n.symbol = c.symbol AND c.day BETWEEN n.first_day AND n.last_day
LEFT JOIN (SELECT DISTINCT venue, symbol, day FROM store.readings) p
    ON p.venue = c.venue AND p.symbol = c.symbol AND p.day = c.day
ORDER BY coin, c.day, n.venue, c.symbol, c.known_from;
COMMENT ON TABLE utc_day_history IS 'A second view: UTC days built from 24 hourly candles each, of venues whose own trading day opens at another hour. The law asks for the venue''s own day, in `candle_history`; only a rulebook whose trading_day is utc uses this';
COMMENT ON COLUMN utc_day_history.coin IS 'Asset that the market valued on that day';
COMMENT ON COLUMN utc_day_history.day IS 'UTC day; one that lacks any of its 24 hours is not here';
COMMENT ON COLUMN utc_day_history.venue IS 'Venue';
COMMENT ON COLUMN utc_day_history.symbol IS 'The venue''s own name of the market';
COMMENT ON COLUMN utc_day_history.market IS 'BASE/QUOTE';
COMMENT ON COLUMN utc_day_history.quote IS 'Quote asset: the unit of prices and turnover';
COMMENT ON COLUMN utc_day_history.open IS 'First price of the first hour, exact';
COMMENT ON COLUMN utc_day_history.high IS 'Highest price of all hours';
COMMENT ON COLUMN utc_day_history.low IS 'Lowest price of all hours';
COMMENT ON COLUMN utc_day_history.close IS 'Last price of the last hour';
COMMENT ON COLUMN utc_day_history.base_volume IS 'Sum of the hours'' volumes in the base asset';
COMMENT ON COLUMN utc_day_history.turnover_quote IS 'Sum of the hours'' turnovers; NULL where the venue publishes none';
COMMENT ON COLUMN utc_day_history.turnover_low IS 'Turnover, or low x base volume where none is published';
COMMENT ON COLUMN utc_day_history.turnover_high IS 'Turnover, or high x base volume where none is published';
COMMENT ON COLUMN utc_day_history.close_literal IS 'Closing price, digit for digit as received';
COMMENT ON COLUMN utc_day_history.base_volume_literal IS 'The sum of volumes, all digits';
COMMENT ON COLUMN utc_day_history.turnover_literal IS 'The sum of turnovers, all digits';
COMMENT ON COLUMN utc_day_history.final IS 'The day had long been closed when it was read, or a second reading agreed';
COMMENT ON COLUMN utc_day_history.observation IS 'SHA-256 of the response that shows the hours';
COMMENT ON COLUMN utc_day_history.known_from IS 'When that response was received';
COMMENT ON COLUMN utc_day_history.known_to IS 'When other figures were received; NULL: still current';

CREATE VIEW utc_days AS SELECT * EXCLUDE (known_to) FROM utc_day_history WHERE known_to IS NULL;
COMMENT ON VIEW utc_days IS 'UTC days built from hourly candles, with the figures that count now: a second view, not the venue''s trading day';

CREATE TABLE official_rates AS
SELECT currency, effective_on, nominal, value, per_unit, observation, known_from, known_to
FROM store.rates ORDER BY ALL;
COMMENT ON TABLE official_rates IS 'Rates of the Bank of Russia on the days on which a new one took effect';
COMMENT ON COLUMN official_rates.currency IS 'ISO 4217 code';
COMMENT ON COLUMN official_rates.effective_on IS 'Date that the rate bears; in force from then until the next one';
COMMENT ON COLUMN official_rates.nominal IS 'Units of the currency that `value` is for';
COMMENT ON COLUMN official_rates.value IS 'Rubles for `nominal` units, as published';
COMMENT ON COLUMN official_rates.per_unit IS 'Rubles for one unit, exact';
COMMENT ON COLUMN official_rates.observation IS 'SHA-256 of the answer that shows it';
COMMENT ON COLUMN official_rates.known_from IS 'When that answer was received';
COMMENT ON COLUMN official_rates.known_to IS 'When an answer with another rate was received; NULL: still current';

CREATE TABLE rates_in_force (
    currency VARCHAR NOT NULL, day DATE NOT NULL, per_unit DECIMAL(20,10) NOT NULL, nominal INTEGER NOT NULL,
    value VARCHAR NOT NULL, effective_on DATE NOT NULL, observation VARCHAR NOT NULL
);
COMMENT ON TABLE rates_in_force IS 'The official rate in force on every day for which the Bank''s answers are conclusive';
COMMENT ON COLUMN rates_in_force.currency IS 'ISO 4217 code';
COMMENT ON COLUMN rates_in_force.day IS 'Any calendar day, weekends and holidays included';
COMMENT ON COLUMN rates_in_force.per_unit IS 'Rubles for one unit, exact';
COMMENT ON COLUMN rates_in_force.nominal IS 'Units of the currency that `value` is for';
COMMENT ON COLUMN rates_in_force.value IS 'Rubles for `nominal` units, as published';
COMMENT ON COLUMN rates_in_force.effective_on IS 'Date that the rate bears';
COMMENT ON COLUMN rates_in_force.observation IS 'SHA-256 of the answer that shows it';

CREATE TABLE ruble_values (
    venue VARCHAR NOT NULL, day DATE NOT NULL, asset VARCHAR NOT NULL, path VARCHAR NOT NULL,
    rub DECIMAL(38,20), legs VARCHAR NOT NULL, reason VARCHAR
);
COMMENT ON TABLE ruble_values IS 'What one unit of a quote asset is worth in rubles on a venue''s trading day, and by which path';
COMMENT ON COLUMN ruble_values.venue IS 'Venue on whose markets the asset is a quote asset that day; VENUE-utc: on its UTC day, where a rulebook asks for it';
COMMENT ON COLUMN ruble_values.day IS 'Trading day';
COMMENT ON COLUMN ruble_values.asset IS 'Quote asset';
COMMENT ON COLUMN ruble_values.path IS 'official (a currency), peg or market (a stablecoin), cross (another coin; used for turnover only)';
COMMENT ON COLUMN ruble_values.rub IS 'Rubles for one unit; NULL if there is no value (see reason) or it has over 20 decimals (multiply the legs)';
COMMENT ON COLUMN ruble_values.legs IS 'The steps, as JSON';
COMMENT ON COLUMN ruble_values.reason IS 'Why there is no value';

CREATE TABLE venue_days (
    venue VARCHAR NOT NULL, day DATE NOT NULL, opens_at TIMESTAMPTZ NOT NULL, closes_at TIMESTAMPTZ NOT NULL,
    turnover_rub DECIMAL(38,16), turnover_rub_low DECIMAL(38,16) NOT NULL, turnover_rub_high DECIMAL(38,16),
    turnover_rub_all_bases_low DECIMAL(38,16) NOT NULL, counted_markets INTEGER NOT NULL,
    missing_markets INTEGER NOT NULL, missing_uncounted INTEGER NOT NULL, provisional_markets INTEGER NOT NULL,
    unpriced VARCHAR NOT NULL, published_since DATE, published_days INTEGER NOT NULL, window_days INTEGER NOT NULL
);
COMMENT ON TABLE venue_days IS 'Turnover and publication of a venue on a trading day, by the values of the rulebook tax-code';
COMMENT ON COLUMN venue_days.venue IS 'Venue';
COMMENT ON COLUMN venue_days.day IS 'Trading day';
COMMENT ON COLUMN venue_days.opens_at IS 'Its opening';
COMMENT ON COLUMN venue_days.closes_at IS 'Its close';
COMMENT ON COLUMN venue_days.turnover_rub IS 'Turnover in rubles; NULL unless both bounds agree. Cut after 16 decimals';
COMMENT ON COLUMN venue_days.turnover_rub_low IS 'Lower bound: what was read of it';
COMMENT ON COLUMN venue_days.turnover_rub_high IS 'Upper bound; NULL while listed markets whose deals would count are missing or unpriced';
COMMENT ON COLUMN venue_days.turnover_rub_all_bases_low IS 'Lower bound if deals in stablecoins, fiat and all other bases counted too';
COMMENT ON COLUMN venue_days.counted_markets IS 'Markets with a candle that count';
COMMENT ON COLUMN venue_days.missing_markets IS 'Listed markets that were not read for the day';
COMMENT ON COLUMN venue_days.missing_uncounted IS 'Those of missing_markets whose deals would not count, for their base asset is a stablecoin, a fiat currency or of another kind left out: they leave the turnover no more open';
COMMENT ON COLUMN venue_days.provisional_markets IS 'Markets whose figures of the day no second reading has confirmed yet';
COMMENT ON COLUMN venue_days.unpriced IS 'Quote assets without a ruble value, comma-separated';
COMMENT ON COLUMN venue_days.published_since IS 'Oldest trading day of the venue with a candle here';
COMMENT ON COLUMN venue_days.published_days IS 'Days with a candle in the three years before';
COMMENT ON COLUMN venue_days.window_days IS 'Days in the three years before';

CREATE TABLE verdicts (
    venue VARCHAR NOT NULL, day DATE NOT NULL, rulebook VARCHAR NOT NULL, in_force_from DATE, verdict VARCHAR NOT NULL,
    turnover_rub_low DECIMAL(38,16) NOT NULL, turnover_rub_high DECIMAL(38,16), reasons VARCHAR NOT NULL
);
COMMENT ON TABLE verdicts IS 'Whether a venue''s quotations of a day qualify under a rulebook, and why. Rulebooks that judge by coins have no rows: `coin_verdicts` and `oracle quotation` compute them';
COMMENT ON COLUMN verdicts.venue IS 'Venue';
COMMENT ON COLUMN verdicts.day IS 'Trading day';
COMMENT ON COLUMN verdicts.rulebook IS 'Rulebook';
COMMENT ON COLUMN verdicts.in_force_from IS 'The edition that judged; NULL before the first one';
COMMENT ON COLUMN verdicts.verdict IS 'eligible, not_eligible, undetermined, no_rule_in_force';
COMMENT ON COLUMN verdicts.turnover_rub_low IS 'Lower bound of the turnover that this rulebook counts';
COMMENT ON COLUMN verdicts.turnover_rub_high IS 'Upper bound; NULL if unknown';
COMMENT ON COLUMN verdicts.reasons IS 'Each test as JSON: code, result, text, figures (amounts ..._rub and dates ..._on as text), clause';

CREATE TABLE coverage (venue VARCHAR NOT NULL, symbol VARCHAR NOT NULL, first_day DATE NOT NULL, last_day DATE NOT NULL);
COMMENT ON TABLE coverage IS 'Spans of days for which a venue has answered about a market, or before the market began; a day inside without a candle had none';
COMMENT ON COLUMN coverage.venue IS 'Venue';
COMMENT ON COLUMN coverage.symbol IS 'The venue''s own name of the market';
COMMENT ON COLUMN coverage.first_day IS 'First day of the span';
COMMENT ON COLUMN coverage.last_day IS 'Last day of the span';

CREATE TABLE utc_coverage (venue VARCHAR NOT NULL, symbol VARCHAR NOT NULL, first_day DATE NOT NULL, last_day DATE NOT NULL);
COMMENT ON TABLE utc_coverage IS 'As `coverage`, for the UTC days in `utc_days`';
COMMENT ON COLUMN utc_coverage.venue IS 'Venue';
COMMENT ON COLUMN utc_coverage.symbol IS 'The venue''s own name of the market';
COMMENT ON COLUMN utc_coverage.first_day IS 'First day of the span';
COMMENT ON COLUMN utc_coverage.last_day IS 'Last day of the span';

CREATE TABLE day_openings (venue VARCHAR NOT NULL, stated BOOLEAN NOT NULL, days_on INTEGER NOT NULL, candles_off INTEGER NOT NULL);
COMMENT ON TABLE day_openings IS 'What is known of when venues'' trading days open: by their own description, or by the openings of their candles';
COMMENT ON COLUMN day_openings.venue IS 'Venue';
COMMENT ON COLUMN day_openings.stated IS 'The venue''s own description or a recorded answer says so';
COMMENT ON COLUMN day_openings.days_on IS 'Different days with a candle that opened then';
COMMENT ON COLUMN day_openings.candles_off IS 'Candles that opened at another time and were not corrected';

CREATE TABLE quarantine AS
SELECT venue, symbol, day, opened_ms, reason, received, seen, observation, noticed_at FROM store.quarantine ORDER BY ALL;
COMMENT ON TABLE quarantine IS 'Rows that broke a check: kept with the reason, never used';
COMMENT ON COLUMN quarantine.venue IS 'Venue';
COMMENT ON COLUMN quarantine.symbol IS 'The venue''s own name of the market';
COMMENT ON COLUMN quarantine.day IS 'Trading day into which the opening falls';
COMMENT ON COLUMN quarantine.opened_ms IS 'Opening as received, milliseconds since 1970';
COMMENT ON COLUMN quarantine.reason IS 'Which check it broke';
COMMENT ON COLUMN quarantine.received IS 'Open, high, low, close, base volume and turnover as received, as JSON';
COMMENT ON COLUMN quarantine.seen IS 'How many responses showed it';
COMMENT ON COLUMN quarantine.observation IS 'SHA-256 of the newest of them';
COMMENT ON COLUMN quarantine.noticed_at IS 'When it was received';

CREATE TABLE observations AS
SELECT sha256, source, kind, subject, first_day, last_day, answered_first, answered_last, url, status, asked_at,
    received_at, outcome, detail, batch, demo
FROM store.observations ORDER BY received_at, source, subject, first_day;
COMMENT ON TABLE observations IS 'Every attempt to read a source; the bytes are in the archive batch under the hash';
COMMENT ON COLUMN observations.sha256 IS 'Hash of the response''s bytes; NULL if none came';
COMMENT ON COLUMN observations.source IS 'Venue, cbr, or user for what a user filed';
COMMENT ON COLUMN observations.kind IS 'markets, candles, hours (for UTC days), rates, currencies, file (imported), document or manual (filed by a user)';
COMMENT ON COLUMN observations.subject IS 'Market or currency asked about';
COMMENT ON COLUMN observations.first_day IS 'First day asked for';
COMMENT ON COLUMN observations.last_day IS 'Last day asked for';
COMMENT ON COLUMN observations.answered_first IS 'First day for which the answer is conclusive; NULL: for none, or, of a file, only for the days of its rows';
COMMENT ON COLUMN observations.answered_last IS 'Last day for which it is';
COMMENT ON COLUMN observations.url IS 'Address asked, or file:<format>/<name> of an imported file, or where a filed document is from';
COMMENT ON COLUMN observations.status IS 'HTTP status';
COMMENT ON COLUMN observations.asked_at IS 'When it was asked';
COMMENT ON COLUMN observations.received_at IS 'When the answer was whole';
COMMENT ON COLUMN observations.outcome IS 'ok, unreachable, refused or changed';
COMMENT ON COLUMN observations.detail IS 'Why it is not ok; of a user''s file, where it came from';
COMMENT ON COLUMN observations.batch IS 'Archive batch';
COMMENT ON COLUMN observations.demo IS 'True if a stand-in with invented prices answered';

CREATE TABLE log_versions (
    tree INTEGER NOT NULL, version VARCHAR, logged_at TIMESTAMPTZ NOT NULL, size INTEGER NOT NULL, root VARCHAR NOT NULL,
    batches VARCHAR NOT NULL, reason VARCHAR, previous VARCHAR, previous_root VARCHAR, chain VARCHAR NOT NULL
);
COMMENT ON TABLE log_versions IS 'The log of all observations, a tree of hashes that only grows (RFC 6962): a row for each published version and each restart, oldest first, the last one of this file. Whoever keeps a root can have it proven that nothing was changed or removed since';
COMMENT ON COLUMN log_versions.tree IS 'Number of the tree: 1, and one more with each restart; nothing can be proven from one tree to the next';
COMMENT ON COLUMN log_versions.version IS 'Published version; NULL: a restart, which gave the tree before it up';
COMMENT ON COLUMN log_versions.logged_at IS 'When it was published or restarted';
COMMENT ON COLUMN log_versions.size IS 'Observations in the tree; of a restart: in the tree that was given up';
COMMENT ON COLUMN log_versions.root IS 'Root of the tree of that size';
COMMENT ON COLUMN log_versions.batches IS 'SHA-256 over the list of archive batches that came in with it, as the log has it';
COMMENT ON COLUMN log_versions.reason IS 'Of a restart: why, in the operator''s words';
COMMENT ON COLUMN log_versions.previous IS 'chain of the row before; NULL: the first';
COMMENT ON COLUMN log_versions.previous_root IS 'root of the row before';
COMMENT ON COLUMN log_versions.chain IS 'SHA-256 over the other columns, so that each row holds all before it fast (oracle/seal/journal.py tells how)';

CREATE TABLE log_batches (
    batch VARCHAR NOT NULL, first_leaf INTEGER NOT NULL, leaves INTEGER NOT NULL, root VARCHAR NOT NULL,
    version VARCHAR NOT NULL, late BOOLEAN NOT NULL
);
COMMENT ON TABLE log_batches IS 'Where each archive batch stands in the present tree of the log: its leaves are its observations in their order';
COMMENT ON COLUMN log_batches.batch IS 'Archive batch';
COMMENT ON COLUMN log_batches.first_leaf IS 'Position of its first leaf, counted from 0';
COMMENT ON COLUMN log_batches.leaves IS 'Number of its observations';
COMMENT ON COLUMN log_batches.root IS 'Root of a tree of these alone';
COMMENT ON COLUMN log_batches.version IS 'Version with which it was logged';
COMMENT ON COLUMN log_batches.late IS 'True if its name, which tells when it was written, is older than that of a batch logged before it: it was taken in late, or slipped in';
