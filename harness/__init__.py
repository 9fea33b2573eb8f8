"""What every trial shares: types, protocols, load, observation, record and measures."""
