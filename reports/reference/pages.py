"""Documents with regions: what belongs into each, and which of them say something else."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from seatrial.harness import registry
from seatrial.harness.errors import UsageError
from seatrial.reports.reference import measures, records, suites
from seatrial.reports.reference.regions import filled, names

OURS = "seatrial."
FENCES = {".py": "python", ".sh": "sh", ".toml": "toml"}
"""How a file is shown, by the end of its name."""


def parts() -> dict[str, str]:
    """What is made from the code, by the regions' names; of what Seatrial itself comes with."""
    scenarios = {n: s for n, s in registry.scenarios().items() if s.__module__.startswith(OURS)}
    targets = {n: t for n, t in registry.targets().items() if t.__module__.startswith(OURS)}
    blocks = {
        **dict(suites.parts(scenarios, targets)),
        **dict(measures.parts(scenarios, targets)),
        **dict(records.parts()),
    }
    return {name: "\n".join(block) for name, block in blocks.items()}


def stale(folder: Path) -> Iterator[tuple[Path, str]]:
    """The documents in the folder whose regions are not as they should be, and what they should be.

    Raises:
        UsageError: a region is neither made from the code nor a file beside its document.
    """
    known = parts()
    for path in sorted(folder.rglob("*.md")):
        now = path.read_text(encoding="utf-8")
        made = fresh(path, now, known)
        if made != now:
            yield path, made


def fresh(path: Path, text: str, known: Mapping[str, str]) -> str:
    """The text of the document at that path, with its regions made anew."""
    shown = {name: known[name] if name in known else _file(path, name) for name in names(text)}
    return filled(text, lambda name: shown[name])


def _file(document: Path, name: str) -> str:
    """A file beside the document, as it is."""
    place = document.parent / name
    if place.suffix not in FENCES or not place.is_file():
        raise UsageError(
            f"{document} has a region {name}: name a file beside it ({', '.join(FENCES)}), or what "
            "reports/reference/ makes."
        )
    return f"```{FENCES[place.suffix]}\n{place.read_text(encoding='utf-8').rstrip()}\n```"
