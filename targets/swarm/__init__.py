"""Docker Swarm behind the target protocols."""
