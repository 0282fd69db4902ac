-- Second step, after `known` was counted: the newer observation counts, the older one stays with its end.
UPDATE candles SET known_to = greatest(g.received_at, candles.known_from + INTERVAL 1 MICROSECOND)
FROM good g JOIN known k ON k.venue = g.venue AND k.symbol = g.symbol AND k.day = g.day AND NOT k.same
WHERE candles.venue = g.venue AND candles.symbol = g.symbol AND candles.day = g.day AND candles.known_to IS NULL;
