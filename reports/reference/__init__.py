"""From the code to those parts of docs/ that can be read off it."""
