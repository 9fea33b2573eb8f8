"""The trials: one file, one scenario."""
