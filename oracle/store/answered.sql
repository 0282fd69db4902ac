-- The days that each page of `incoming_pages` answers for: final at once where they had long been closed, else noted.
INSERT INTO settled
SELECT venue, symbol, answered_first, least(answered_last, settled_until) FROM incoming_pages
WHERE answered_first <= settled_until;

INSERT INTO readings
SELECT venue, symbol, unnest(generate_series(greatest(answered_first, settled_until + 1), answered_last, INTERVAL 1 DAY))::DATE,
    received_at
FROM incoming_pages WHERE answered_last > settled_until;
