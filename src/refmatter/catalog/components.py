"""Group records that are tied to each other, as SQL that any engine runs.

A record has a number, `rid`. Ties are pairs of records; a group is named by its least number.
"""

from __future__ import annotations

from refmatter.catalog.engine import Engine

MAX_RECORDS = 50
"""The most records of one work: larger groups share a generic title or a wrong identifier."""

_MAX_ROUNDS = 64
"""No valid group needs as many rounds; a group that does is rejected for its size."""

_ONE_ID_SCHEMES = ("arxiv", "corpus", "s2")
"""Schemes with one identifier for each work; a DOI or DBLP key may be that of one version."""


def label_components(engine: Engine, labels: str, ties: str) -> None:
    """Make the table `labels` (rid, label): the group of each record in the pairs `ties` (a, b)."""
    engine.create_table(
        labels,
        f"""
        SELECT rid, min(label) AS label FROM (
            SELECT a AS rid, least(a, b) AS label FROM {ties}
            UNION ALL SELECT b AS rid, least(a, b) AS label FROM {ties}
        ) AS ends GROUP BY rid
        """,
    )
    before = None
    for _ in range(_MAX_ROUNDS):
        ((total,),) = engine.fetch_rows(f"SELECT sum(CAST(label AS DECIMAL(38, 0))) FROM {labels}")
        if total == before:
            return
        before = total
        engine.create_table(
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
        engine.create_table(labels, f"SELECT rid, label FROM {labels}_next")
    engine.drop_tables(f"{labels}_next")


def find_unfit_groups(engine: Engine, unfit: str, labels: str, records: str) -> None:
    """Make the table `unfit` (label, reason): the groups of `labels` that cannot be one work.

    They have too many records, or two identifiers of a scheme that has one for each work. OpenAlex
    has one for a preprint and another for its publication, so these are compared apart.
    """
    contradict = [f"min(r.{scheme}) <> max(r.{scheme})" for scheme in _ONE_ID_SCHEMES]
    for face in ("coalesce(r.preprint, FALSE)", "NOT coalesce(r.preprint, FALSE)"):
        of_face = f"CASE WHEN {face} THEN r.openalex END"
        contradict.append(f"min({of_face}) <> max({of_face})")
    flags = ", ".join(
        f"coalesce({expression}, FALSE) AS c{n}" for n, expression in enumerate(contradict)
    )
    wrong = " OR ".join(f"c{n}" for n in range(len(contradict)))
    engine.create_table(
        unfit,
        f"""
        SELECT label, CASE WHEN many > {MAX_RECORDS} THEN 'many' ELSE 'contradict' END AS reason
        FROM (
            SELECT l.label, count(*) AS many, {flags}
            FROM {labels} l JOIN {records} r ON l.rid = r.rid GROUP BY l.label
        ) AS parted WHERE many > {MAX_RECORDS} OR {wrong}
        """,
    )
