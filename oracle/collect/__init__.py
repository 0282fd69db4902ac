"""Collecting: plan what is missing, observe it, append it to the archive, take it into the store."""
