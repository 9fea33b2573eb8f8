"""Three-node Swarm and Kubernetes labs in node containers on this machine."""
