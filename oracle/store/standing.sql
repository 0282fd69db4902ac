-- What the law came to, kept until what it was made of changes (`oracle.standing`), with what it was made of.
DROP SCHEMA IF EXISTS law CASCADE;
CREATE SCHEMA law;

-- Program, rulebooks and registers by which everything here was judged, and the batches that were in by then.
CREATE TABLE law.made_by (digest VARCHAR NOT NULL);
CREATE TABLE law.batches (batch VARCHAR NOT NULL);

-- The days of each venue with a candle, the first day of each market, the rows that broke a check and whether there is
-- a good one of their day, and what the markets were.
CREATE TABLE law.candle_days (venue VARCHAR NOT NULL, day DATE NOT NULL);
CREATE TABLE law.first_candles (venue VARCHAR NOT NULL, symbol VARCHAR NOT NULL, day DATE NOT NULL);
CREATE TABLE law.doubted (venue VARCHAR NOT NULL, symbol VARCHAR NOT NULL, day DATE NOT NULL, good BOOLEAN NOT NULL);
CREATE TABLE law.market_spans (
    venue VARCHAR NOT NULL, symbol VARCHAR NOT NULL, coin VARCHAR NOT NULL, quote VARCHAR NOT NULL,
    first_day DATE NOT NULL, last_day DATE NOT NULL
);
-- What is given of every day besides its figures; markets missing and provisional, and the same of UTC days; how many of
-- the missing ones, of either, deal in kinds of assets that some rulebook does not count.
CREATE TABLE law.facts (
    venue VARCHAR NOT NULL, day DATE NOT NULL, published BOOLEAN NOT NULL, missing INTEGER NOT NULL,
    provisional INTEGER NOT NULL, utc_missing INTEGER NOT NULL, utc_provisional INTEGER NOT NULL,
    missing_kinds VARCHAR NOT NULL
);

-- The tables that are published under the same names.
CREATE TABLE law.rates_in_force (
    currency VARCHAR, day DATE, per_unit DECIMAL(20,10), nominal INTEGER, value VARCHAR, effective_on DATE,
    observation VARCHAR
);
CREATE TABLE law.ruble_values (
    venue VARCHAR, day DATE, asset VARCHAR, path VARCHAR, rub DECIMAL(38,20), legs VARCHAR, reason VARCHAR
);
CREATE TABLE law.venue_days (
    venue VARCHAR, day DATE, opens_at TIMESTAMPTZ, closes_at TIMESTAMPTZ, turnover_rub DECIMAL(38,16),
    turnover_rub_low DECIMAL(38,16), turnover_rub_high DECIMAL(38,16), turnover_rub_all_bases_low DECIMAL(38,16),
    counted_markets INTEGER, missing_markets INTEGER, missing_uncounted INTEGER, provisional_markets INTEGER, unpriced VARCHAR,
    published_since DATE, published_days INTEGER, window_days INTEGER
);
CREATE TABLE law.verdicts (
    venue VARCHAR, day DATE, rulebook VARCHAR, in_force_from DATE, verdict VARCHAR, turnover_rub_low DECIMAL(38,16),
    turnover_rub_high DECIMAL(38,16), reasons VARCHAR
);
CREATE TABLE law.coverage (venue VARCHAR, symbol VARCHAR, first_day DATE, last_day DATE);
CREATE TABLE law.utc_coverage (venue VARCHAR, symbol VARCHAR, first_day DATE, last_day DATE);
CREATE TABLE law.day_openings (venue VARCHAR, stated BOOLEAN, days_on INTEGER, candles_off INTEGER);
