-- What users filed, as the working store keeps it; a store of an earlier program gets these tables when it is opened.
CREATE TABLE IF NOT EXISTS documents (
    sha256 VARCHAR NOT NULL, venue VARCHAR, first_day DATE, last_day DATE, author VARCHAR NOT NULL, note VARCHAR NOT NULL,
    address VARCHAR, name VARCHAR NOT NULL, media VARCHAR NOT NULL, bytes BIGINT NOT NULL, filed_at TIMESTAMPTZ NOT NULL
);
CREATE TABLE IF NOT EXISTS manual_entries (
    id VARCHAR NOT NULL, coin VARCHAR NOT NULL, day DATE NOT NULL, venue VARCHAR NOT NULL, market VARCHAR NOT NULL,
    quote VARCHAR NOT NULL, close DECIMAL(38,18) NOT NULL, close_literal VARCHAR NOT NULL, closes_at TIMESTAMPTZ,
    document VARCHAR NOT NULL, author VARCHAR NOT NULL, reason VARCHAR NOT NULL, entered_at TIMESTAMPTZ NOT NULL
);
CREATE TABLE IF NOT EXISTS manual_withdrawals (
    id VARCHAR NOT NULL, entry VARCHAR NOT NULL, reason VARCHAR NOT NULL, withdrawn_at TIMESTAMPTZ NOT NULL
);
