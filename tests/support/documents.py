"""The documents as tests read them: what they tell people to type, and where their links lead."""

import re
import shlex
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "app/README.md")),
    *sorted((ROOT / "targets").rglob("README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
)
SHELL = "sh"
FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
OPERATORS = frozenset("();<>|&")
BEFORE_A_COMMAND = frozenset({"if", "then", "else", "do", "while", "!", "exec", "time"})


def fences(document: Path) -> list[tuple[str, str]]:
    """Language and text of each."""
    return [(m["language"], m["text"]) for m in FENCE.finditer(document.read_text())]


def prose(document: Path) -> str:
    """All but the fences."""
    return FENCE.sub("", document.read_text())


def spans(document: Path) -> list[str]:
    """What stands between backticks in a line of prose."""
    return SPAN.findall(prose(document))


def commands(script: str) -> Iterator[list[str]]:
    """The simple commands of a shell script as words; expansions stay as they are written."""
    for line in script.replace("\\\n", " ").splitlines():
        words: list[str] = []
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        for token in lexer:
            if token and OPERATORS.issuperset(token):
                yield _command(words)
                words = []
            else:
                words.append(token)
        yield _command(words)


def _command(words: list[str]) -> list[str]:
    """Without what may stand before a command: words of the shell, settings of variables."""
    place = 0
    while place < len(words) and (words[place] in BEFORE_A_COMMAND or "=" in words[place]):
        place += 1
    return words[place:]


def typed(document: Path, program: str) -> list[list[str]]:
    """What a document has people type to that program, wherever it lies."""
    scripts = [text for language, text in fences(document) if language == SHELL]
    found = (words for script in scripts for words in commands(script))
    return [words for words in found if words and Path(words[0]).name == program]


def links(document: Path) -> list[str]:
    """Where the document's links lead, those to the web left out."""
    found = LINK.findall(SPAN.sub("", prose(document)))
    return [link for link in found if not link.startswith(("http://", "https://"))]


def anchors(document: Path) -> set[str]:
    """The names by which the document's headings can be linked to, as GitHub makes them."""
    slugs = [_slug(words) for words in HEADING.findall(prose(document))]
    seen = Counter[str]()
    found = set()
    for slug in slugs:
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def _slug(words: str) -> str:
    return re.sub(r"[^\w\- ]", "", words.lower()).strip().replace(" ", "-")
