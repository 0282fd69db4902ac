"""Answers out of the priced home for the papers made of them."""

from tests.priced import priced

__all__ = ["priced"]
