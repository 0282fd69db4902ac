"""What an operator needs around the collecting: the lock, what is due when, health, gaps, the doctor, metrics."""
