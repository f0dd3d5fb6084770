"""A company's whole stack as one grid of rows, for the keyboard alone."""
