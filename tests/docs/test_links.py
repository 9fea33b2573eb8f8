"""Links between the documents, and to files, lead somewhere."""

import re
from pathlib import Path

import pytest
from support.documents import DOCUMENTS, ROOT, anchors, links, spans

FOLDERS = "harness|targets|scenarios|reports|lab|app|suites|tests|docs|benchmarks|src"
PATH = re.compile(rf"(?:{FOLDERS})/[\w./-]+")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_to_a_heading_of_it(path: Path) -> None:
    lost = [link for link in links(path) if not _leads(path, link)]
    assert lost == []


def _leads(document: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = document.parent / name if name else document
    return target.exists() and (not anchor or anchor in anchors(target))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_that_a_document_names_is_there(path: Path) -> None:
    named = [span for span in spans(path) if PATH.fullmatch(span)]
    assert [name for name in named if not (ROOT / name).exists()] == []
