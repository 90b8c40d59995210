r"""The catalogue data -> the table of venues' names.

    python scripts/build_venues.py CATALOGUE.jsonl.gz src/refmatter/data/catalog.jsonl.xz \
        --out src/refmatter/data/venues.txt

Two names are one venue's if records of several sources give them to the same works:

- a conference's acronym (DBLP's, the ACL Anthology's) and the name on its proceedings or at
  Semantic Scholar: for at least `WORKS` works, for at least nine tenths of the works that have the
  long name, and for a twentieth of those that have the acronym;
- two acronyms of one long name are one venue if the one is used before the other (NIPS, NeurIPS);
  with years in common they are two, and the name is left out;
- a journal's abbreviation and its long name, at Semantic Scholar: each word of the one begins the
  word of the other, and there is no second such name.

Names of workshops, posters and the like are never a conference's. `SHARED` lists acronyms that
two venues have: they are left out. `venues_by_hand.txt` adds what the data lack. The same input
gives the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from refmatter.schema.venue_names import is_part, venue_key

WORKS, SHARE, LEAST = 20, 0.9, 0.05
ABBREVIATED = 5
"""So many works must have an abbreviation of a journal, and as many its long name."""
SHARED = frozenset("CCL FSE HLT ICON ICS ISCA MM MUC SDM TC TMI".split())
WORKSHOPS = frozenset("SIGDIAL WMT".split())
"""Conferences now that were workshops before, so that one name does not fit all years."""
BY_HAND = Path(__file__).with_name("venues_by_hand.txt")
"""Names that the data lack, as lines of the table."""
_JOURNAL = re.compile(r"\.(?: |$)")
_NO_NAME = re.compile(
    r"[\d:\[]|\band the\b|\b[IVX]{2,}\b|\bI$|Volume|Conference on Conference|^Joint|^on "
    r"|, Proceedings"
)
"""What no name of one conference has: numbers, volumes, a second conference."""


def main() -> None:
    """Read the catalogues and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("bundled", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    with gzip.open(arguments.catalogue, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    with lzma.open(arguments.bundled, "rt", encoding="utf-8") as lines:
        next(lines)
        venues = Counter(venue for line in lines if (venue := json.loads(line)[4]))
    venues.update(venue for r in records if (venue := r.get("s2", {}).get("venue")))
    table = merged(conferences(records), journals(venues))
    arguments.out.write_text(table, encoding="utf-8")
    print(f"{table.count(chr(10))} lines, {len(table.encode())} bytes")


def conferences(records: list[dict[str, Any]]) -> Iterator[list[str]]:
    """Yield the lines of conferences: acronyms, long name, no abbreviation, other names."""
    years: dict[str, Counter[int]] = defaultdict(Counter)
    spelt: dict[str, Counter[str]] = defaultdict(Counter)
    pairs: Counter[tuple[str, str]] = Counter()
    for record in records:
        acronym = record.get("venue") or ""
        if record["source"] == "s2" or not is_acronym(acronym) or acronym in SHARED | WORKSHOPS:
            continue
        years[acronym][record.get("year") or 0] += 1
        for name in names_of(record):
            if not is_part(name) and (key := venue_key(name)) != venue_key(acronym):
                spelt[key][name] += 1
                pairs[acronym, key] += 1
    totals = Counter[str]()
    for (_, key), n in pairs.items():
        totals[key] += n
    groups = grouped(pairs, totals, years)
    for acronyms, keys in sorted(groups.items()):
        names = [best_spelling(spelt[key]) for key in keys]
        names = [a for a in names if not any(b.startswith(f"{a},") for b in names)]
        total = sum(totals[key] for key in keys)
        if totals[keys[0]] < total / 2:
            names.insert(0, "")  # renamed, or called so and so: no name fits all years
        yield ["|".join(acronyms), *names[:1], "", *names[1:]]


def grouped(
    pairs: Mapping[tuple[str, str], int],
    totals: Mapping[str, int],
    years: Mapping[str, Counter[int]],
) -> dict[tuple[str, ...], list[str]]:
    """Return the keys of the long names of each venue, the commonest first, by its acronyms."""
    by_key = groupby(sorted((key, acronym) for acronym, key in pairs), key=lambda pair: pair[0])
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    renamed: dict[str, tuple[str, ...]] = {}
    kept: list[tuple[str, tuple[str, ...]]] = []
    for key, group in by_key:
        named = [
            acronym
            for _, acronym in group
            if pairs[acronym, key] >= max(WORKS, LEAST * years[acronym].total())
        ]
        named.sort(key=lambda acronym: min(years[acronym]))
        if not named or sum(pairs[a, key] for a in named) < SHARE * totals[key]:
            continue
        if all(max(years[a]) < min(years[b]) for a, b in pairwise(named)):
            ends = [f"<{min(years[b])}" for b in named[1:]] + [""]
            acronyms = tuple(a + end for a, end in zip(named, ends, strict=True))
            kept.append((key, acronyms))
            if len(named) > 1:
                renamed |= dict.fromkeys(named, acronyms)
    for key, acronyms in kept:
        found[renamed.get(acronyms[0].partition("<")[0], acronyms)].append(key)
    for keys in found.values():
        keys.sort(key=lambda key: (-totals[key], key))
    return found


def names_of(record: Mapping[str, object]) -> Iterator[str]:
    """Yield the long names that a record gives its venue, without acronym, edition, place and
    day; of joint meetings, volumes and parts none."""
    acronym = re.escape(str(record.get("venue")))
    s2 = record.get("s2")
    for name in (record.get("booktitle"), s2.get("venue") if isinstance(s2, dict) else None):
        text = name if isinstance(name, str) else ""
        text = re.sub(rf"[,.:(\s]+{acronym}(?:[ '’-]*\d|\)|,|$).*", "", text)
        text = re.sub(rf"^{acronym}\b['’ \d]*[:.-]*\s*", "", text)
        text = re.sub(r"\s*\d*:\s+(?:\S+ )?Annual Conference on .*", "", text)
        text = re.sub(r",(?: Virtual Event\b|[^,]*, (?:[^,]*, )*(?:\d|[A-Z][a-z]+ \d)).*", "", text)
        text = re.sub(r",? ?(?:19|20)\d\d$", "", text)
        text = re.sub(r"^(?:(?:19|20)\d\d|Proceedings of(?: the)?|Proceedings)\s+", "", text)
        text = re.sub(r"^(?:(?:19|20)\d\d|The)\s+", "", text)
        text = re.sub(r"^(?:\d+(?:st|nd|rd|th)|[A-Z][\w-]*(?:st|nd|rd|th))\s+", "", text)
        text = re.sub(r"^Annual\s+(?=(?:\w+ )?Conference)", "", text)
        text = re.sub(r"^(?:(?:IEEE/CVF|IEEE/ACM|IEEE|ACM|Computer Society) )+(?=.*Conf)", "", text)
        text = re.sub(r"\s*\(\w+\)$", "", text).strip(" .,:-")
        if len(text.split()) >= 3 and not _NO_NAME.search(text):
            yield text


def best_spelling(spellings: Counter[str]) -> str:
    """Return the commonest spelling of a name; of equals the first by the alphabet."""
    return max(sorted(spellings), key=lambda text: spellings[text])


def is_acronym(name: str) -> bool:
    """Whether a name is an acronym of a venue."""
    return len(name) >= 3 and name.isalpha() and sum(c.isupper() for c in name) >= 2


def journals(venues: Mapping[str, int]) -> Iterator[list[str]]:
    """Yield the lines of journals: no acronym, long name, abbreviation."""
    short = [n for n, times in venues.items() if times >= ABBREVIATED and _is_abbreviated(n)]
    long = [
        n
        for n, times in venues.items()
        if times >= ABBREVIATED and "." not in n and len(n.split()) > 2
    ]
    pairs = [(s, n) for s in sorted(short) for n in sorted(long) if abbreviates(s, n)]
    shorts = Counter(s for s, _ in pairs)
    longs = Counter(venue_key(n) for _, n in pairs)
    for s, n in pairs:
        if shorts[s] == longs[venue_key(n)] == 1:
            yield ["", n, s]


def _is_abbreviated(name: str) -> bool:
    return bool(_JOURNAL.search(name)) and not re.search(r"\d|roceeding|onference|orkshop", name)


def abbreviates(short: str, long: str) -> bool:
    """Whether each word of an abbreviation begins a word of a long name, and no word is left."""
    parts, words = venue_key(short).split(), venue_key(long).split()
    return len(parts) == len(words) > 1 and all(
        word.startswith(part) for part, word in zip(parts, words, strict=True)
    )


def merged(*parts: Iterator[list[str]]) -> str:
    """Return the text of the table: the lines by hand, each with what the data add to it, and the
    other lines by the alphabet."""
    lines = [
        line.split("\t")
        for line in BY_HAND.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    for part in parts:
        for new in part:
            keys = {venue_key(name) for name in _names(new)}
            old = next((x for x in lines if keys & {venue_key(n) for n in _names(x)}), None)
            if old is None:
                lines.append(new)
                continue
            old += [""] * (3 - len(old))
            have = {venue_key(name) for name in _names(old)}
            old[0] = old[0] or new[0]
            for index in (1, 2):
                if not old[index] and len(new) > index:
                    old[index] = new[index]
            have |= {venue_key(name) for name in old[1:3]}
            old += [name for name in new[1:] if name and venue_key(name) not in have]
    out: list[str] = []
    for line in lines:
        first = [*line[:3], *[""] * (3 - len(line))]
        out.append("\t".join([*first, *dict.fromkeys(filter(None, line[3:]))]))
    return "".join(f"{line}\n" for line in sorted(out, key=str.casefold))


def _names(line: list[str]) -> Iterator[str]:
    yield from (name.partition("<")[0] for name in line[0].split("|") if name)
    yield from (name for name in line[1:] if name)


if __name__ == "__main__":
    main()
