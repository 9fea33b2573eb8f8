"""Figures of the instrument itself: each module prints a table, `make bench` runs them."""
