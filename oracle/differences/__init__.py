"""Differences: which answers two published files give otherwise, and why."""
