"""Freezing: a published version pinned under a name, so that what was filed can be asked again."""
