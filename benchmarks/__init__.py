"""What the project's own parts can do, beside others on the same machine; `make bench`."""
