"""The rules of `refmatter lint`, by name."""

from __future__ import annotations

from collections.abc import Mapping

from refmatter.findings import FindingRule, Severity

DANGLING_LINK = FindingRule(
    "dangling-link",
    Severity.WARNING,
    "A link in a reference list leads to no note of the vault, and none has that title.",
    "Correct the link, or make the note: with `references.create: linked` enrich does, and such "
    "links are no finding.",
)
MOVED_LINK = FindingRule(
    "moved-link",
    Severity.ERROR,
    "A link in a reference list leads to no note of the vault, but the note that it means is "
    "there under another name.",
    "Lead the link to that note; `--fix` does.",
)
LISTED_TWICE = FindingRule(
    "listed-twice",
    Severity.WARNING,
    "A reference list names a work twice: equal titles, or the same link.",
    "Take one of the two out.",
)
SAME_WORK = FindingRule(
    "same-work",
    Severity.WARNING,
    "Two notes are about one work.",
    "Put them together, or give each the identifier of its own work.",
)
YEAR_NOT_NUMBER = FindingRule(
    "year-not-number",
    Severity.ERROR,
    "The year is no number.",
    "Write four digits, or empty the value to have it filled.",
)
YEAR_IMPLAUSIBLE = FindingRule(
    "year-implausible",
    Severity.WARNING,
    "The year cannot be the work's: it lies in the future, before printing, or before the work's "
    "own identifiers.",
    "Correct the year or the identifier, or empty the value to have it filled.",
)
COUNT_OUT_OF_RANGE = FindingRule(
    "count-out-of-range",
    Severity.ERROR,
    "A count is negative, broken, or larger than any work's.",
    "Correct the count, or empty the value to have it filled.",
)
MALFORMED_IDENTIFIER = FindingRule(
    "malformed-identifier",
    Severity.WARNING,
    "A key that names a system holds no identifier that it could have given out.",
    "Correct the identifier: until then nobody can be asked by it.",
)
KEY_TWICE = FindingRule(
    "key-twice",
    Severity.ERROR,
    "A key stands twice in the front matter.",
    "Keep one of them; programs differ in which of the two they read.",
)
RETRACTED = FindingRule(
    "retracted",
    Severity.ERROR,
    "A work was retracted, as a service says.",
    "Read the notice of retraction before you rely on the work.",
)
UNREADABLE = FindingRule(
    "unreadable",
    Severity.ERROR,
    "A note cannot be read, and so is left alone by every command.",
    "Mend the line that is named, or leave the file out with `notes.exclude`.",
)

RULES: Mapping[str, FindingRule] = {
    rule.name: rule
    for rule in (
        DANGLING_LINK, MOVED_LINK, LISTED_TWICE, SAME_WORK, YEAR_NOT_NUMBER, YEAR_IMPLAUSIBLE,
        COUNT_OUT_OF_RANGE, MALFORMED_IDENTIFIER, KEY_TWICE, RETRACTED, UNREADABLE,
    )
}  # fmt: skip
