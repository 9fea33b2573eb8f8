"""Two runs against one another: a comparison in each of the formats that it can be told in."""
