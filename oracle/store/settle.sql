-- Days whose second reading agreed are final and leave the readings; so do those that broke a check three times.
CREATE OR REPLACE TEMP TABLE ripe AS
SELECT venue, symbol, day FROM pending WHERE last_read >= since + getvariable('grace') OR doubts >= 3;

INSERT INTO settled SELECT venue, symbol, day, day FROM ripe;

CREATE OR REPLACE TEMP TABLE merged AS FROM merged_spans('settled');
DELETE FROM settled;
INSERT INTO settled FROM merged;

-- Also what a reading long after the close has settled meanwhile.
DELETE FROM readings USING settled s
WHERE readings.venue = s.venue AND readings.symbol = s.symbol AND readings.day BETWEEN s.first_day AND s.last_day;
