"""Market quotations of coins in rubles under art. 282.3 of the Russian Tax Code, with their evidence."""

__version__ = "0.1.0"
