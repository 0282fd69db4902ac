-- The days of `incoming_answers`: final at once where they had long been closed, else noted; users' own files apart.
INSERT INTO settled
SELECT venue, symbol, answered_first, least(answered_last, settled_until) FROM incoming_answers
WHERE answered_first <= settled_until AND NOT by_user;

INSERT INTO readings
SELECT venue, symbol, unnest(generate_series(greatest(answered_first, settled_until + 1), answered_last, INTERVAL 1 DAY))::DATE,
    received_at
FROM incoming_answers WHERE answered_last > settled_until AND NOT by_user;

INSERT INTO told_by_users
SELECT venue, symbol, answered_first, answered_last FROM incoming_answers WHERE by_user;
