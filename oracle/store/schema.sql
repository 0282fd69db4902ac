-- The working store: what was read out of the archive. It belongs to one writer and can be rebuilt from the archive.
CREATE TABLE meta (schema_version INTEGER NOT NULL);

-- Archive batches whose rows are in the tables below; a batch and its rows are committed together.
CREATE TABLE batches (batch VARCHAR PRIMARY KEY, observations INTEGER NOT NULL);

CREATE TABLE observations (
    batch VARCHAR NOT NULL, source VARCHAR NOT NULL, kind VARCHAR NOT NULL, subject VARCHAR NOT NULL,
    first_day DATE, last_day DATE, url VARCHAR NOT NULL, status SMALLINT, asked_at TIMESTAMPTZ NOT NULL,
    received_at TIMESTAMPTZ NOT NULL, outcome VARCHAR NOT NULL, detail VARCHAR NOT NULL, sha256 VARCHAR,
    demo BOOLEAN NOT NULL
);

CREATE TABLE markets (
    venue VARCHAR NOT NULL, symbol VARCHAR NOT NULL, base VARCHAR NOT NULL, quote VARCHAR NOT NULL,
    state VARCHAR NOT NULL, first_seen TIMESTAMPTZ NOT NULL, last_seen TIMESTAMPTZ NOT NULL, observation VARCHAR NOT NULL,
    PRIMARY KEY (venue, symbol)
);

-- Every value that ever counted: the current one has no known_to.
CREATE TABLE candles (
    venue VARCHAR NOT NULL, symbol VARCHAR NOT NULL, day DATE NOT NULL,
    open DECIMAL(38,18) NOT NULL, high DECIMAL(38,18) NOT NULL, low DECIMAL(38,18) NOT NULL,
    close DECIMAL(38,18) NOT NULL, base_volume DECIMAL(38,18) NOT NULL, turnover_quote DECIMAL(38,18),
    turnover_low DECIMAL(38,18) NOT NULL, turnover_high DECIMAL(38,18) NOT NULL,
    close_literal VARCHAR NOT NULL, base_volume_literal VARCHAR NOT NULL, turnover_literal VARCHAR,
    observation VARCHAR NOT NULL, known_from TIMESTAMPTZ NOT NULL, known_to TIMESTAMPTZ
);

-- Days for which a venue answered about a market, with a candle or with none.
CREATE TABLE answered (
    venue VARCHAR NOT NULL, symbol VARCHAR NOT NULL, first_day DATE NOT NULL, last_day DATE NOT NULL,
    received_at TIMESTAMPTZ NOT NULL, observation VARCHAR NOT NULL
);

-- Rows that broke a check: kept with the reason, never used.
CREATE TABLE quarantine (
    venue VARCHAR NOT NULL, symbol VARCHAR NOT NULL, day DATE NOT NULL, opened_ms BIGINT NOT NULL, reason VARCHAR NOT NULL,
    received VARCHAR NOT NULL, observation VARCHAR NOT NULL, noticed_at TIMESTAMPTZ NOT NULL,
    seen INTEGER NOT NULL  -- how many observations showed it
);

CREATE TABLE rates (
    currency VARCHAR NOT NULL, effective_on DATE NOT NULL, nominal INTEGER NOT NULL, value VARCHAR NOT NULL,
    per_unit DECIMAL(20,10) NOT NULL, observation VARCHAR NOT NULL,
    known_from TIMESTAMPTZ NOT NULL, known_to TIMESTAMPTZ
);

-- Days for which the Bank's answer is conclusive: a rate that took effect on one of them would be in `rates`.
CREATE TABLE rates_answered (
    currency VARCHAR NOT NULL, first_day DATE NOT NULL, last_day DATE NOT NULL,
    received_at TIMESTAMPTZ NOT NULL, observation VARCHAR NOT NULL
);
