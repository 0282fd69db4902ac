-- What users filed, for who reads the published file; the working store is attached as `store`.
CREATE TABLE documents AS
SELECT sha256, venue, venue IN (SELECT venue FROM venues) AS venue_collected, first_day, last_day, author, note, address,
    name, media, bytes, filed_at
FROM store.documents ORDER BY filed_at, sha256, venue, first_day;
COMMENT ON TABLE documents IS 'Documents that users filed, once for each time that one was; the bytes are in the archive under the hash';
COMMENT ON COLUMN documents.sha256 IS 'Hash of the document''s bytes';
COMMENT ON COLUMN documents.venue IS 'Organiser whose quotations it shows, as its user says; NULL: none was named';
COMMENT ON COLUMN documents.venue_collected IS 'Whether that is a venue of the table venues; then, with days, it stands in publication_facts too';
COMMENT ON COLUMN documents.first_day IS 'First day that it shows, as its user says; NULL: none was named';
COMMENT ON COLUMN documents.last_day IS 'Last day that it shows';
COMMENT ON COLUMN documents.author IS 'Who filed it';
COMMENT ON COLUMN documents.note IS 'What it is, in the author''s words';
COMMENT ON COLUMN documents.address IS 'Where it is from, if that was told; nobody looked there';
COMMENT ON COLUMN documents.name IS 'Name of the file as it was given';
COMMENT ON COLUMN documents.media IS 'Type of the document by its content';
COMMENT ON COLUMN documents.bytes IS 'Its size';
COMMENT ON COLUMN documents.filed_at IS 'When it was filed';

INSERT INTO publication_facts BY NAME
SELECT venue, 'document' AS what, first_day AS shown_on, coalesce(address, 'file:document/' || name) AS address,
    author || ': ' || note AS source, 'document' AS origin, last_day AS shown_until, sha256 AS document
FROM documents WHERE venue_collected AND first_day IS NOT NULL;

CREATE TABLE manual_quotations AS
SELECT e.id, e.coin, e.day, e.venue, e.venue IN (SELECT venue FROM venues) AS venue_collected, e.market, e.quote, e.close,
    e.close_literal, e.closes_at, e.document, e.author, e.reason, e.entered_at, w.withdrawn_at,
    w.reason AS withdrawn_because, w.id AS withdrawal
FROM (FROM store.manual_entries QUALIFY row_number() OVER (PARTITION BY id ORDER BY entered_at) = 1) e
LEFT JOIN (FROM store.manual_withdrawals QUALIFY row_number() OVER (PARTITION BY entry ORDER BY withdrawn_at, id) = 1) w
    ON w.entry = e.id
ORDER BY e.coin, e.day, e.venue, e.market, e.entered_at, e.id;
COMMENT ON TABLE manual_quotations IS 'Quotations that taxpayers entered by hand, each with its document: told by no venue, never among `quotations` or `candles`. Whether one may be chosen is a matter of the rulebook (manual_quotations)';
COMMENT ON COLUMN manual_quotations.id IS 'Hash of the observation that holds what was entered';
COMMENT ON COLUMN manual_quotations.coin IS 'Asset that the market values';
COMMENT ON COLUMN manual_quotations.day IS 'Trading day whose close it is said to be';
COMMENT ON COLUMN manual_quotations.venue IS 'Organiser as the taxpayer names it';
COMMENT ON COLUMN manual_quotations.venue_collected IS 'Whether that is a venue of the table venues; one that is not has no verdict, so its quotation never counts';
COMMENT ON COLUMN manual_quotations.market IS 'BASE/QUOTE';
COMMENT ON COLUMN manual_quotations.quote IS 'Quote asset: the unit of the close';
COMMENT ON COLUMN manual_quotations.close IS 'Closing price as entered, exact';
COMMENT ON COLUMN manual_quotations.close_literal IS 'Closing price, digit for digit as entered';
COMMENT ON COLUMN manual_quotations.closes_at IS 'When that day closed, if the taxpayer said so; NULL: at the end of the venue''s own day';
COMMENT ON COLUMN manual_quotations.document IS 'Hash of the document that shows it (see documents)';
COMMENT ON COLUMN manual_quotations.author IS 'Who entered it';
COMMENT ON COLUMN manual_quotations.reason IS 'Why it was entered';
COMMENT ON COLUMN manual_quotations.entered_at IS 'When it was entered';
COMMENT ON COLUMN manual_quotations.withdrawn_at IS 'When it was withdrawn; NULL: it stands';
COMMENT ON COLUMN manual_quotations.withdrawn_because IS 'Why it was withdrawn';
COMMENT ON COLUMN manual_quotations.withdrawal IS 'Hash of the observation that holds the withdrawal';
