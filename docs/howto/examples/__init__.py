"""The code that the guides in docs/howto show; tests/docs runs it."""
