"""What holds for all tests."""

from hypothesis import settings

# machines are noisy: how long an example takes says nothing
settings.register_profile("seatrial", deadline=None)
settings.load_profile("seatrial")
