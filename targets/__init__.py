"""Adapters: each puts one orchestrator behind `seatrial.harness.target`."""
