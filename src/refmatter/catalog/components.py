"""Ties between records -> which records are of one work, as SQL that any engine runs.

A record is named by a number. Ties are pairs; the least number that ties lead to names the work.
"""

from __future__ import annotations

from refmatter.catalog.engine import Engine

MOST = 50
"""Records of one work. More are of a generic title or a wrong identifier: they are left apart."""

_ROUNDS = 64
"""No work of so few records needs as many rounds; what does is left apart for its size."""

_SINGLE = ("arxiv", "corpus", "s2")
"""Systems that have one name for a work. A DOI or a key of DBLP there may be for each version."""


def spread(engine: Engine, labels: str, ties: str) -> None:
    """Make the table `labels` of columns rid and label: of each record that `ties` (a, b) tie, the
    least that they lead to."""
    engine.keep(
        labels,
        f"""
        SELECT rid, min(label) AS label FROM (
            SELECT a AS rid, least(a, b) AS label FROM {ties}
            UNION ALL SELECT b AS rid, least(a, b) AS label FROM {ties}
        ) AS ends GROUP BY rid
        """,
    )
    before = None
    for _ in range(_ROUNDS):
        ((total,),) = engine.rows(f"SELECT sum(CAST(label AS DECIMAL(38, 0))) FROM {labels}")
        if total == before:
            return
        before = total
        engine.keep(
            f"{labels}_next",
            f"""
            SELECT rid, min(label) AS label FROM (
                SELECT rid, label FROM {labels}
                UNION ALL
                SELECT t.a AS rid, l.label FROM {ties} t JOIN {labels} l ON t.b = l.rid
                UNION ALL
                SELECT t.b AS rid, l.label FROM {ties} t JOIN {labels} l ON t.a = l.rid
                UNION ALL
                SELECT l.rid, m.label FROM {labels} l JOIN {labels} m ON l.label = m.rid
            ) AS known GROUP BY rid
            """,
        )
        engine.keep(labels, f"SELECT rid, label FROM {labels}_next")
    engine.drop(f"{labels}_next")


def check(engine: Engine, unfit: str, labels: str, records: str) -> None:
    """Make the table `unfit` of columns label and reason: the groups of `labels` that cannot be
    one work, for their size, or as a system has two names for them that has one for a work.

    OpenAlex keeps a preprint and its publication apart, so each of the two may have a name.
    """
    contradict = [f"min(r.{each}) <> max(r.{each})" for each in _SINGLE]
    for face in ("coalesce(r.preprint, FALSE)", "NOT coalesce(r.preprint, FALSE)"):
        of_face = f"CASE WHEN {face} THEN r.openalex END"
        contradict.append(f"min({of_face}) <> max({of_face})")
    flags = ", ".join(f"coalesce({each}, FALSE) AS c{n}" for n, each in enumerate(contradict))
    wrong = " OR ".join(f"c{n}" for n in range(len(contradict)))
    engine.keep(
        unfit,
        f"""
        SELECT label, CASE WHEN many > {MOST} THEN 'many' ELSE 'contradict' END AS reason FROM (
            SELECT l.label, count(*) AS many, {flags}
            FROM {labels} l JOIN {records} r ON l.rid = r.rid GROUP BY l.label
        ) AS parted WHERE many > {MOST} OR {wrong}
        """,
    )
