"""What the code says of a dataclass's fields: their types, and the comment beside each."""

import ast
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass
from dataclasses import fields as fields_of
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class Told:
    """A field as it is written down; `default` is "" where there is none, or none to show."""

    name: str
    type: str
    default: str
    said: str


def told(of: type[Any]) -> list[Told]:
    """The fields of a dataclass in their order."""
    written = _written(of)
    found = []
    for field in fields_of(of):
        kind, said = written[field.name]
        found.append(Told(field.name, kind, _shown(field.default), said))
    return found


def account(of: type[Any]) -> str:
    """What the class says of itself."""
    return inspect.getdoc(of) or ""


def _shown(default: object) -> str:
    return "" if default is MISSING else repr(default)


def _written(of: type[Any]) -> Mapping[str, tuple[str, str]]:
    """Field → its type and its comment, from the source."""
    source = inspect.getsource(of)
    made, lines = cast("ast.ClassDef", ast.parse(source).body[0]), source.splitlines()
    return {
        ast.unparse(node.target): (ast.unparse(node.annotation), _comment(node, lines))
        for node in made.body
        if isinstance(node, ast.AnnAssign)
    }


def _comment(node: ast.AnnAssign, lines: Sequence[str]) -> str:
    """What stands behind the field on its last line."""
    line = lines[(node.end_lineno or 1) - 1].encode()
    _, _, said = line[node.end_col_offset or 0 :].decode().partition("# ")
    return said
