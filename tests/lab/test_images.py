"""Images are built under a key of everything that goes into them."""

from dataclasses import replace
from pathlib import Path

from seatrial.lab.images import Recipe, context


def recipe(folder: Path) -> Recipe:
    (folder / "Dockerfile").write_text("FROM scratch\n")
    return Recipe("thing", folder, {"BASE": "a"}, "target")


def test_the_same_inputs_give_the_same_tag(tmp_path: Path) -> None:
    assert recipe(tmp_path).tag() == recipe(tmp_path).tag()


def test_each_input_changes_the_tag(tmp_path: Path) -> None:
    one = recipe(tmp_path)
    tags = {one.tag(), replace(one, target="").tag(), replace(one, arguments={"BASE": "b"}).tag()}
    (tmp_path / "file").write_text("more")
    assert len(tags | {one.tag()}) == 4


def test_a_build_context_has_a_folder_of_certificates(tmp_path: Path) -> None:
    recipe(tmp_path)
    with context(tmp_path) as path:
        assert list((Path(path) / "ca").iterdir())
        assert (Path(path) / "Dockerfile").exists()
    assert not Path(path).exists()
