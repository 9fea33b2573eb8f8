"""Reads a TOML file that a user wrote; what is wrong in it is told by file, line and key."""

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from seatrial.harness.errors import SuiteError

Written = TypeVar("Written", bound=BaseModel)


def read(path: Path, kind: type[Written]) -> Written:
    """The file as such a model; SuiteError says file, line and key."""
    text, written = loaded(path)
    try:
        return kind.model_validate(written)
    except ValidationError as error:
        raise SuiteError(_place(path, text, error)) from error


def loaded(path: Path) -> tuple[str, dict[str, object]]:
    """The file as text, and what that says; SuiteError when it is no TOML."""
    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except OSError as error:
        raise SuiteError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:  # also of what is no UTF-8
        raise SuiteError(f"{path} is not well-formed TOML: {error}.") from error


def _place(path: Path, text: str, error: ValidationError) -> str:
    first = error.errors()[0]
    keys = [str(part) for part in first["loc"]]
    words = [key for key in keys if not key.isdigit()]
    if first["type"] == "missing":
        words.pop()  # it is not written down: its table is what can be shown
    nth = next((int(key) for key in keys if key.isdigit()), 0)
    line = _line(text, words, nth)
    return f"{path}, line {line}, key {'.'.join(keys)}: {first['msg']}."


def _line(text: str, words: list[str], nth: int) -> int:
    """The line where the innermost of these keys that is written down stands, 1 when none is."""
    lines = text.splitlines()
    heads = [i for i, line in enumerate(lines) if words and line.strip() == f"[[{words[0]}]]"]
    start = heads[nth] if nth < len(heads) else 0
    for word in reversed(words):
        for number, line in enumerate(lines[start:], start + 1):
            if line.partition("=")[0].strip(" []\"'") == word:
                return number
    return start + 1
