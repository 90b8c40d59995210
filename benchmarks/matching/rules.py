"""The rules that are measured, by name: ours, the plainest there is, and other tools'."""

from __future__ import annotations

from benchmarks.matching.case import Question, Rule, Verdict
from benchmarks.matching.peers import PEERS

from refmatter.matching import question as alone
from refmatter.titles import title_key


def equal_keys(question: Question) -> Verdict:
    """The first candidate whose title differs in case, accents and punctuation only."""
    key = title_key(question["title"])
    for each in question["candidates"]:
        if key and title_key(each["title"]) == key:
            return {"decision": "accepted", "tier": "certain", "id": each["id"]}
    return {"decision": "unmatched", "tier": None, "id": None}


def ours(question: Question) -> Verdict:
    """What `refmatter match` answers."""
    return alone.answer(alone.MatchQuestion.model_validate(question))


RULES: dict[str, Rule] = {"ours": ours, "equal keys": equal_keys, **PEERS}
"""In the order of a table."""
