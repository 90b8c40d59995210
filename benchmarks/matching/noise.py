"""The distortions of a title by name, with how often each is met."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from random import Random
from types import MappingProxyType
from typing import TypeAlias

from benchmarks.matching import damage, rewording, spelling

Distortion: TypeAlias = Callable[[str, Random], str | None]
"""A title and a source of chance -> the distorted title, None where it does not lend itself."""

OFTEN: Mapping[str, int] = MappingProxyType({
    "ampersand": 92, "caps": 83, "colon_dash": 169, "colon_other": 66, "combined": 217,
    "exact": 187, "function_word": 86, "hyphen": 85, "latex": 87, "list_mark": 87, "lower": 74,
    "mojibake": 31, "nopunct": 90, "numerals": 75, "ocr": 87, "prefix_dropped": 87,
    "prefix_only_first": 44, "quotes": 79, "slug": 89, "spelling": 82, "subtitle_missing": 82,
    "tail": 87, "trailing": 92, "truncated": 92, "typo": 88, "unicode": 84, "word_missing": 89,
})  # fmt: skip
"""Of about 2,500 distorted titles, how many are of each class."""

_LAYERS: tuple[tuple[str, ...], ...] = (
    (
        "typo",
        "typo",
        "ocr",
        "function_word",
        "spelling",
        "hyphen",
        "prefix_dropped",
        "word_missing",
    ),
    ("colon_dash", "colon_other", "nopunct", "unicode", "latex", "ampersand", "colon_dash"),
    ("caps", "lower", "quotes", "list_mark", "tail", "trailing", "slug", "tail"),
)
"""What is combined: of the words, of the signs, and of what stands round them."""


def combined(
    title: str, chance: Random, venue: str | None = None, year: int | None = None
) -> str | None:
    """Two or three distortions, one after the other."""
    known = distortions(venue, year)
    chosen = sorted(chance.sample(range(len(_LAYERS)), chance.choice((2, 3))))
    made, count = title, 0
    for layer in chosen:
        kind = chance.choice(_LAYERS[layer])
        if kind == "slug" and "\\" in made:
            continue  # file names are made of titles, not of LaTeX
        changed = known[kind](made, chance)
        if changed is not None and changed != made:
            made, count = changed, count + 1
    return made if count > 1 else None


DISTORTIONS: Mapping[str, Distortion] = MappingProxyType({
    "ampersand": rewording.ampersand,
    "caps": damage.caps,
    "colon_dash": damage.colon_dash,
    "colon_other": damage.colon_other,
    "combined": combined,
    "exact": damage.exact,
    "function_word": rewording.function_word,
    "hyphen": damage.hyphen,
    "latex": damage.latex,
    "list_mark": damage.list_mark,
    "lower": damage.lower,
    "mojibake": damage.mojibake,
    "nopunct": damage.nopunct,
    "numerals": spelling.numerals,
    "ocr": rewording.ocr,
    "prefix_dropped": rewording.prefix_dropped,
    "prefix_only_first": rewording.prefix_only_first,
    "quotes": damage.quotes,
    "slug": damage.slug,
    "spelling": spelling.spelling,
    "subtitle_missing": rewording.subtitle_missing,
    "tail": rewording.tail,
    "trailing": damage.trailing,
    "truncated": rewording.truncated,
    "typo": rewording.typo,
    "unicode": damage.unicode,
    "word_missing": rewording.word_missing,
})  # fmt: skip


def distortions(venue: str | None, year: int | None) -> dict[str, Distortion]:
    """The distortions for a work of this venue and year, which a tail then names."""
    return {
        **DISTORTIONS,
        "tail": partial(rewording.tail, venue=venue, year=year),
        "combined": partial(combined, venue=venue, year=year),
    }
