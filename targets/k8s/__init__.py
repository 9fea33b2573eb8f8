"""Kubernetes behind the target protocols."""
