"""A point of a sweep: the value that one setting has in a trial. Pure."""

Point = float | str
"""A number, or a word where the setting is one; "" in a trial of no sweep."""


def written(point: Point) -> str:
    """As people and metrics.csv have it: `20`, `0.5`, `start-first`."""
    return point if isinstance(point, str) else f"{point:g}"


def told(swept: str, point: Point) -> str:
    """A setting's own name with its value, `notice_s 20`; "" in a trial of no sweep."""
    return f"{swept.rpartition('.')[2]} {written(point)}" if swept else ""
