"""The catalogue data -> the list of words that titles are made of.

    python scripts/build_words.py CATALOGUE.jsonl.gz --out src/refmatter/data/words.txt.xz

A word that at least two works have in their titles is a word; one that a single work has may be
a slip. Words that at least twenty have come first, then those that five have, a blank line
behind each part. Of titles of three words that are all in the first part, one in forty is the
title of other people's work too; of the others one in a hundred.
Only every other work is read (by a hash of its title), so that the rule can be measured
on works that had no say in it. The same input gives the same bytes (with the same liblzma).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import lzma
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from refmatter.matching.normalize import normalize
from refmatter.titles import title_key

LEAST, COMMON, EVERYDAY = 2, 5, 20


def tuned_on(title: str) -> bool:
    """Whether a title is of the half that rules may be made from."""
    return hashlib.sha256(title_key(title).encode()).digest()[1] % 2 == 0


def words(titles: Iterable[str]) -> tuple[list[str], list[str], list[str]]:
    """The words of three letters and more that many titles have, that several have, and that some
    have."""
    found = Counter(word for title in titles for word in set(normalize(title).words))
    known = sorted(w for w, n in found.items() if n >= LEAST and len(w) > 2 and w.isalpha())
    return (
        [w for w in known if found[w] >= EVERYDAY],
        [w for w in known if COMMON <= found[w] < EVERYDAY],
        [w for w in known if found[w] < COMMON],
    )


def main() -> None:
    """Read the catalogue and write the list."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    said = parser.parse_args()
    with gzip.open(said.catalogue, "rt", encoding="utf-8") as lines:
        titles = [json.loads(line)["title"] for line in lines]
    everyday, common, others = words(title for title in titles if tuned_on(title))
    text = "\n\n".join("\n".join(part) for part in (everyday, common, others)).encode()
    said.out.write_bytes(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME))
    size = said.out.stat().st_size
    print(
        f"{len(everyday)} everyday words, {len(common)} common, {len(others)} others, {size} bytes"
    )


if __name__ == "__main__":
    main()
