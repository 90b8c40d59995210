"""A title -> the title of another work that is close to it: of another edition, of the opposite,
or about the first."""

from __future__ import annotations

import re
from random import Random

_ABOUT = (
    "{} Revisited", "{} Revisited", "{} revisited", "Revisiting {}", "{} 2.0", "Towards {}",
    "Towards {}", "Toward {}", "Rethinking {}", "Beyond {}", "Erratum: {}", "Erratum to: {}",
    "Correction to: {}", "Corrigendum: {}", "Comments on {}", "Comment on '{}'", "A Note on {}",
    "Reply to {}", "Reply: {}", "Response to {}", "Retraction: {}", "A Survey of {}",
    "{}: A Survey", "{}: A Review", "A Tutorial on {}", "Supplementary Material for {}",
    "{}: Supplementary Material", "Supplement to {}", "Appendix to {}", "Discussion of {}",
    "A Replication of {}", "{}: A Reproducibility Study", "{}: A Critique", "Extending {}",
    "{} Reloaded", "{}++", "Improving {}", "Demystifying {}", "{}, Part II", "{}: Part 2",
)  # fmt: skip

_EDITIONS = (
    *["{} 2"] * 12, *["{} 3"] * 6, *["{} 4"] * 2, "{} II", "{} II", "{} III", "{}, Part II",
    "{}, 2nd Edition", "{} (Second Edition)", "{}, Volume 2", "{} (Part 2)",
)  # fmt: skip
_FIGURE = re.compile(r"(?<![\w.])(\d+)(?![\w.]*\d)|(?<=-)(\d{4})|\b(\d)(?=D\b)")
_ROMAN = {"I": "II", "II": "III", "III": "IV", "IV": "V"}
_ROMAN_WORD = re.compile(r"\b(?:III|II|IV)\b|(?<=Part )I\b")

_OPPOSITES = (
    ("supervised", "unsupervised"), ("supervised", "semi-supervised"), ("linear", "nonlinear"),
    ("convex", "non-convex"), ("parametric", "nonparametric"), ("parametric", "non-parametric"),
    ("with", "without"), ("online", "offline"), ("static", "dynamic"), ("local", "global"),
    ("discrete", "continuous"), ("symmetric", "asymmetric"), ("monolingual", "multilingual"),
    ("single", "multiple"), ("single", "multi"), ("positive", "negative"),
    ("forward", "backward"), ("low", "high"), ("small", "large"), ("dense", "sparse"),
    ("sequential", "parallel"), ("centralized", "decentralized"), ("complete", "incomplete"),
    ("stable", "unstable"), ("deterministic", "stochastic"), ("lower", "upper"),
    ("weak", "strong"), ("weakly", "strongly"), ("fast", "slow"), ("labeled", "unlabeled"),
    ("homogeneous", "heterogeneous"), ("directed", "undirected"), ("constrained", "unconstrained"),
    ("balanced", "imbalanced"), ("known", "unknown"), ("synchronous", "asynchronous"),
    ("biased", "unbiased"), ("structured", "unstructured"), ("aligned", "misaligned"),
    ("relevant", "irrelevant"), ("explicit", "implicit"), ("autoregressive", "non-autoregressive"),
    ("autoregressive", "nonautoregressive"), ("stationary", "nonstationary"),
    ("monotone", "non-monotone"), ("monotonic", "nonmonotonic"), ("regular", "irregular"),
    ("minimization", "maximization"), ("minimizing", "maximizing"), ("minimum", "maximum"),
    ("adaptive", "nonadaptive"), ("adaptive", "non-adaptive"), ("projective", "non-projective"),
    ("native", "non-native"), ("rigid", "non-rigid"), ("smooth", "nonsmooth"),
    ("smooth", "non-smooth"), ("short", "long"), ("deep", "shallow"), ("hard", "soft"),
    ("internal", "external"), ("intrinsic", "extrinsic"), ("public", "private"),
    ("consistent", "inconsistent"), ("formal", "informal"), ("direct", "indirect"),
    ("bounded", "unbounded"), ("certain", "uncertain"), ("similarity", "dissimilarity"),
    ("homophilic", "heterophilic"), ("active", "passive"), ("finite", "infinite"),
    ("efficient", "inefficient"), ("paired", "unpaired"), ("perfect", "imperfect"),
    ("expected", "unexpected"), ("seen", "unseen"), ("connected", "disconnected"),
    ("markovian", "non-markovian"), ("bilingual", "monolingual"), ("indoor", "outdoor"),
    ("undersampling", "oversampling"), ("encoding", "decoding"), ("encoder", "decoder"),
    ("before", "after"), ("increasing", "decreasing"), ("cooperative", "non-cooperative"),
    ("interpretable", "uninterpretable"), ("asymptotic", "non-asymptotic"),
    ("blind", "non-blind"), ("verbal", "nonverbal"), ("same", "different"),
    ("coarse", "fine"), ("first", "second"), ("top", "bottom"), ("left", "right"),
    ("exact", "inexact"), ("exact", "approximate"), ("possible", "impossible"),
    ("robust", "non-robust"), ("visible", "invisible"), ("causal", "non-causal"),
    ("binary", "non-binary"), ("uniform", "non-uniform"), ("uniform", "nonuniform"),
    ("closed", "open"), ("early", "late"), ("inductive", "transductive"), ("simple", "complex"),
    ("generative", "discriminative"), ("hierarchical", "flat"), ("manual", "automatic"),
)  # fmt: skip


def about(title: str, chance: Random) -> str:
    """A work about the work of this title."""
    return chance.choice(_ABOUT).format(title.rstrip("."))


def edition(title: str, chance: Random) -> str:
    """Another part or edition, or the same with another figure."""
    if chance.random() < 0.8:
        romans = list(_ROMAN_WORD.finditer(title))
        if romans:
            found = chance.choice(romans)
            return title[: found.start()] + _ROMAN[found[0]] + title[found.end() :]
        figures = list(_FIGURE.finditer(title))
        if figures:
            found = chance.choice(figures)
            return title[: found.start()] + _other(found[0], chance) + title[found.end() :]
    return chance.choice(_EDITIONS).format(title.rstrip("."))


def opposite(title: str, chance: Random) -> str | None:
    """A word turned into its opposite; None where no word has one."""
    ways = []
    for pair in _OPPOSITES:
        for one, other in (pair, pair[::-1]):
            found = re.search(rf"(?<![\w-]){one}(?!\w)", title, re.IGNORECASE)
            if found:
                ways.append((found.span(), _cased(other, found[0])))
    if not ways:
        return None
    (start, end), word = chance.choice(ways)
    return title[:start] + word + title[end:]


def _other(figure: str, chance: Random) -> str:
    number = int(figure)
    if len(figure) == 4:
        return str(number + chance.choice((-2, -1, 1, 2)))
    return str(max(1, number + chance.choice((-1, 1, 1, 2)))) if number > 1 else str(number + 1)


def _cased(word: str, as_in: str) -> str:
    if as_in.isupper():
        return word.upper()
    return word.capitalize() if as_in[0].isupper() else word
