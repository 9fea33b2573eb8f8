"""`python -m seatrial.lab`: the lab's commands by themselves."""

from seatrial.lab.cli import app

app()
