"""What is drawn on a terminal: it fits, it goes away, it has no colours where none are wanted."""

import re
import sys
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console
from support.goings import BEGUN, ENDED, GOING, OVER

from seatrial.harness.terminal import Terminal

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[[0-9;]*(3[0-9]|4[0-9]|9[0-7])[0-9;]*m")
HIDDEN, SHOWN = "\x1b[?25l", "\x1b[?25h"


def drawing(width: int) -> tuple[Terminal, StringIO]:
    out = StringIO()
    environ = {"NO_COLOR": "1", "TERM": "xterm-256color"}
    console = Console(file=out, force_terminal=True, width=width, _environ=environ)
    return Terminal(console), out


def rows(out: StringIO) -> list[str]:
    """What stood on the terminal at any time, a row each."""
    return [row for row in re.split(r"[\r\n]+", CONTROL.sub("", out.getvalue())) if row.strip()]


def test_three_lines_say_which_trial_it_is_what_its_load_meets_and_how_long_it_takes() -> None:
    terminal, out = drawing(60)
    terminal.begin(BEGUN)
    terminal.go_on(GOING)
    shown = [row.rstrip() for row in rows(out)]
    assert shown[:3] == [
        "[3/12] k8s self_heal kill, matched",
        "  it begins",
        "  ##..........  0 s of about 44 s; about 38 min left in all",
    ]
    assert shown[3:6] == [
        "[3/12] k8s self_heal kill, matched",
        "  199 requests/s, 3 of 6,123 failed, 3 ready on k8s",
        "  ##..........  31 s of about 44 s; about 37 min left in all",
    ]
    terminal.end(ENDED)


@pytest.mark.parametrize("width", [20, 60, 200])
def test_no_line_is_wider_than_the_terminal_and_none_has_a_colour(width: int) -> None:
    terminal, out = drawing(width)
    terminal.begin(replace(BEGUN, title="k8s self_heal kill " * 9))
    terminal.go_on(replace(GOING, requests=10**9, errors=10**8))
    assert max(len(row) for row in rows(out)) <= width
    assert not COLOUR.search(out.getvalue())
    terminal.end(ENDED)


def test_one_line_stays_of_a_trial_and_the_cursor_comes_back() -> None:
    terminal, out = drawing(60)
    terminal.begin(BEGUN)
    terminal.say("Looking at [k8s]")
    terminal.end(ENDED)
    terminal.end(OVER)
    assert "Looking at [k8s]" in rows(out)
    assert rows(out)[-1] == "[3/12] k8s self_heal kill: finished in 44 s"
    assert out.getvalue().count(HIDDEN) == out.getvalue().count(SHOWN) == 1


def test_standard_output_stays_what_it_is_while_a_trial_is_drawn() -> None:
    terminal, _ = drawing(60)
    before = sys.stdout
    terminal.begin(BEGUN)
    assert sys.stdout is before
    terminal.end(ENDED)


def test_without_an_estimate_nothing_is_said_of_the_time_left() -> None:
    terminal, out = drawing(60)
    terminal.begin(replace(BEGUN, lasts_s=None, left_s=None))
    terminal.end(ENDED)
    assert rows(out)[2].rstrip() == "  ##..........  0 s"


def test_what_comes_late_is_not_drawn_any_more() -> None:
    terminal, out = drawing(60)
    terminal.begin(BEGUN)
    terminal.end(ENDED)
    drawn = out.getvalue()
    terminal.go_on(GOING)
    assert out.getvalue() == drawn
