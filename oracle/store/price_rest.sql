-- Pairs of which nothing was taken.
CREATE OR REPLACE TEMP TABLE price_rest AS
SELECT p.asset, p.day, p.edition FROM price_pairs p
ANTI JOIN price_taken t ON t.asset = p.asset AND t.day = p.day WHERE p.way = 'set';
