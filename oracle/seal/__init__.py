"""Seals: what shows a stranger that nothing was changed afterwards - hash tree, log, keys, signatures, time stamps."""
