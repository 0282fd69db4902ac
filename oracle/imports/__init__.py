"""Files as observations: the exchanges' own bulk downloads and a user's own candles, read out of their bytes alone."""
