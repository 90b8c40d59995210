from __future__ import annotations

import gzip
import importlib.util
import json
import lzma
import sys
from importlib import resources
from pathlib import Path
from types import ModuleType

import pytest

from support import absent

pytestmark = pytest.mark.unmeasured

SCRIPT = Path(__file__).parents[2] / "scripts/build_words.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_words", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def built(
    script: ModuleType, folder: Path, titles: list[str], monkeypatch: pytest.MonkeyPatch
) -> list[list[str]]:
    data, out = folder / "catalogue.jsonl.gz", folder / "words.txt.xz"
    lines = "".join(json.dumps({"title": title, "year": 2001}) + "\n" for title in titles)
    data.write_bytes(gzip.compress(lines.encode()))
    monkeypatch.setattr(sys, "argv", ["build_words.py", str(data), "--out", str(out)])
    script.main()
    return parts(out.read_bytes())


def parts(packed: bytes) -> list[list[str]]:
    """The words of a list, part by part."""
    return [part.split() for part in lzma.decompress(packed).decode().split("\n\n")]


def test_a_word_of_many_titles_is_common_one_of_two_a_word_one_of_one_none(
    script: ModuleType,
) -> None:
    titles = [f"Graphs {number}" for number in range(5)]
    titles += ["Kernels of Graphs", "KERNELS: a study", "Kernels, kernels", "Trees and trees"]
    assert script.words(titles) == ([], ["graphs"], ["kernels"])
    more = [f"Graphs {number}" for number in range(6, 20)]
    assert script.words(titles + more) == (["graphs"], [], ["kernels"])


def test_words_are_folded_and_have_three_letters_and_no_figures(script: ModuleType) -> None:
    titles = ["Poincaré of 3D word2vec 2019", "POINCARE of 3D word2vec 2019", "\\'Etude", "étude"]
    assert script.words(titles) == ([], [], ["etude", "poincare"])


def test_titles_are_parted_in_halves_whatever_their_spelling(script: ModuleType) -> None:
    titles = [f"On the theory of thing number {number}" for number in range(400)]
    half = [title for title in titles if script.tuned_on(title)]
    assert 150 < len(half) < 250
    assert all(script.tuned_on(title.upper() + ".") for title in half)


def test_only_one_half_is_read_and_common_words_come_first(
    script: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    titles = [f"Learning theory {number}" for number in range(60)]
    read = [title for title in titles if script.tuned_on(title)]
    unread = [title for title in titles if not script.tuned_on(title)]
    assert read
    said = [f"{title} seldom" for title in read if script.tuned_on(f"{title} seldom")][:2]
    hidden = [f"{t} hidden" for t in unread if not script.tuned_on(f"{t} hidden")]
    assert len(said) == 2 < len(hidden)
    everyday, common, others = built(script, tmp_path, [*titles, *said, *hidden], monkeypatch)
    assert everyday == ["learning", "theory"]
    assert (common, others) == ([], ["seldom"])
    assert absent(capsys.readouterr().out, "2 everyday", "0 common", "1 others") == []


def test_the_same_titles_give_the_same_bytes(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    titles = [f"Learning theory of graphs {number}" for number in range(40)]
    made = []
    for order in (titles, titles[::-1]):
        built(script, tmp_path, order, monkeypatch)
        made.append((tmp_path / "words.txt.xz").read_bytes())
    assert made[0] == made[1]


def test_the_list_that_is_shipped_is_such_a_list() -> None:
    file = resources.files("refmatter.data").joinpath("words.txt.xz")
    everyday, common, others = parts(file.read_bytes())
    words = [*everyday, *common, *others]
    assert all(part == sorted(part) for part in (everyday, common, others))
    assert len(set(words)) == len(words)
    assert all(word.isalpha() and len(word) > 2 for word in words)
    assert {"learning", "networks", "introduction"} <= set(everyday)
