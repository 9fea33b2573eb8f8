"""Makes a drawing of matplotlib's a part of a page: small, unique in its names, in its colours."""

import io
import re
from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import Any

from matplotlib.figure import Figure

PAINT: Mapping[str, str] = MappingProxyType(
    {
        "ink": "#010001",
        "muted": "#010002",
        "rule": "#010003",
        "bad": "#010004",
        "first": "#010005",
        "second": "#010006",
        "third": "#010007",
        "fourth": "#010008",
    }
)
"""matplotlib knows colours only, a page in the dark needs variables: each stands for one."""

STYLE: dict[str, Any] = {
    "svg.fonttype": "none",  # text stays text: smaller, selectable, in the page's font
    "svg.hashsalt": "seatrial",  # the same names in every run
    "text.parse_math": False,  # a `$` in a name is a `$`
    "text.color": PAINT["ink"],
    "axes.edgecolor": PAINT["rule"],
    "axes.labelcolor": PAINT["muted"],
    "axes.linewidth": 1,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": PAINT["rule"],
    "grid.linewidth": 0.5,
    "xtick.color": PAINT["rule"],
    "ytick.color": PAINT["rule"],
    "xtick.labelcolor": PAINT["muted"],
    "ytick.labelcolor": PAINT["muted"],
    "lines.solid_capstyle": "butt",
}
_NO_METADATA = dict.fromkeys(["Creator", "Date", "Format", "Type"])
_DROPPED = re.compile(
    r"<style.*?</style>"  # it would hold for the whole page
    r'| xmlns(?::\w+)?="[^"]*"| version="[^"]*"'
    r'| id="(?![mpC]\w*[0-9a-f]{10}")[^"]*"'  # matplotlib's names of groups; nothing refers to them
    r'| transform="rotate\(-0 [^)]*\)"'
    r"| font-family: [^;]*;",
    re.DOTALL,
)
_NAME = re.compile(r'(id="|href="#|url\(#)')
_FRACTION = re.compile(r"\d+\.\d{2,}")


def render(figure: Figure, name: str, label: str) -> str:
    """The figure as an SVG element whose names begin with `name`, described by `label`.

    Inside the style in which the figure was made: some of it is used only now.
    """
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata=_NO_METADATA, transparent=True)
    drawn = buffer.getvalue()
    return inline(drawn[drawn.index("<svg") :], name, label)


def inline(svg: str, name: str, label: str) -> str:
    """Cut what a page does not need, and name, paint and describe the rest."""
    svg = _DROPPED.sub("", svg).replace("xlink:href", "href")
    svg = _FRACTION.sub(lambda found: f"{float(found[0]):.4g}", svg)
    svg = _NAME.sub(rf"\g<1>{name}-", svg)
    for paint, colour in PAINT.items():
        svg = svg.replace(colour, f"var(--{paint})")
    svg = re.sub(r"\s*\n\s*", "\n", svg)
    size = re.compile(r'<svg width="[^"]*" height="[^"]*"')
    return size.sub(lambda _: f'<svg role="img" aria-label="{escape(label)}"', svg, count=1)
