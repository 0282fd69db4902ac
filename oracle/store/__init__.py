"""The working store (one writer) and the published files (many readers)."""
