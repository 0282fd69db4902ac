"""A ledger of many rows (coin, date, quantity, reference) priced in one go, with the choices of `oracle.ask`."""
