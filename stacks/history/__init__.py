"""What was: the past of a row with what hangs on it, what was deleted, and the way back to either."""
