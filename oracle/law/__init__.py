"""The law: pure functions of plain values. No clock, no input or output, no database."""
