"""Staged records -> works, their identifiers and their other keys: all of a build's SQL.

The statements keep to what SQL engines have in common (joins, groups, windows, `min_by`); keys,
hashes and what needs the matcher are columns, worked out in Python. docs/catalog.md tells the
rules. The same records give the same works, in whichever order and files they come.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from refmatter.catalog.components import check, spread
from refmatter.catalog.engine import Engine
from refmatter.catalog.layout import (
    COUNTED,
    ID_COLUMNS,
    IDS,
    KEY_COLUMNS,
    KEYS,
    RECORD,
    SCHEMES,
    VENUELESS,
    WORK_COLUMNS,
    WORKS,
)
from refmatter.catalog.title_filter import close
from refmatter.errors import ConfigError
from refmatter.matching.record_kinds import BESIDE

CROWDED = 20
"""Titles under one identifier. Of more it is the identifier of none: a proceedings volume's, or
one that a program filled in."""
GAP, SPAN = 2, 4
"""Years between two versions of a work, and between its first and its last one. What the same
people write under one title for longer is a series: an annual report, an editor's column."""

_TIES = {"a": "long", "b": "long"}


def merge(engine: Engine) -> dict[str, int]:
    """Make the table `works_of` (rid, work) of the records that are of a work with others, from
    the tables `records` and `others`; how many groups were left apart, by reason.

    Raises ConfigError where two records' names give the same number, which is not to be expected.
    """
    _newest(engine)
    _by_identifier(engine)
    _by_description(engine)
    engine.keep("ties", "SELECT a, b FROM strong UNION ALL SELECT a, b FROM weak")
    spread(engine, "named", "strong")
    spread(engine, "told", "ties")
    check(engine, "named_unfit", "named", "fresh")
    check(engine, "told_unfit", "told", "fresh")
    # What descriptions tie falls back to what identifiers tie, and that to single records.
    engine.keep(
        "works_of",
        """
        SELECT t.rid, CASE
            WHEN tu.label IS NULL THEN t.label
            WHEN n.label IS NULL OR nu.label IS NOT NULL THEN t.rid
            ELSE n.label END AS work
        FROM told t LEFT JOIN told_unfit tu ON t.label = tu.label
        LEFT JOIN named n ON t.rid = n.rid
        LEFT JOIN named_unfit nu ON n.label = nu.label
        """,
    )
    left = dict(engine.rows("SELECT reason, count(*) FROM told_unfit GROUP BY reason"))
    ((left["crowded"],),) = engine.rows("SELECT count(*) FROM crowded")
    return {reason: int(left.get(reason, 0)) for reason in ("many", "contradict", "crowded")}


def _newest(engine: Engine) -> None:
    """`fresh`: the newest version of each record."""
    engine.keep(
        "newest",
        """
        SELECT rid, max(stamp) AS stamp, min(origin) AS o1, max(origin) AS o2,
               min(key) AS k1, max(key) AS k2
        FROM records GROUP BY rid HAVING count(*) > 1
        """,
    )
    collided = engine.rows("SELECT o1, k1, o2, k2 FROM newest WHERE o1 <> o2 OR k1 <> k2")
    if collided:
        o1, k1, o2, k2 = collided[0]
        raise ConfigError(
            f"the records {k1} of {o1} and {k2} of {o2} have one number; leave one of them out"
        )
    ((doubled,),) = engine.rows("SELECT count(*) FROM newest")
    if not doubled:
        engine.view("fresh", "SELECT * FROM records")
        return
    columns = ", ".join(f"r.{each}" for each in RECORD)
    engine.view(
        "fresh",
        f"""
        SELECT DISTINCT {columns} FROM records r JOIN newest n
        ON r.rid = n.rid AND r.stamp = n.stamp
        UNION ALL
        SELECT {columns} FROM records r LEFT JOIN newest n ON r.rid = n.rid WHERE n.rid IS NULL
        """,
    )


def _by_identifier(engine: Engine) -> None:
    """`strong` (a, b): records that one identifier names, under titles that are close; and
    `crowded`, the identifiers that are left out."""
    for scheme in SCHEMES:
        engine.keep(
            f"shared_{scheme}",
            f"SELECT {scheme} AS id FROM fresh WHERE {scheme} IS NOT NULL "
            f"GROUP BY {scheme} HAVING count(*) > 1",
        )
    members = " UNION ALL ".join(
        f"SELECT '{each}' AS scheme, s.id, f.title_key, f.rid FROM fresh f "
        f"JOIN shared_{each} s ON f.{each} = s.id"
        for each in SCHEMES
    )
    engine.keep("members", members)
    engine.keep(
        "titled",
        "SELECT scheme, id, title_key, min(rid) AS first FROM members "
        "GROUP BY scheme, id, title_key",
    )
    engine.keep(
        "crowded",
        f"SELECT scheme, id FROM titled GROUP BY scheme, id HAVING count(*) > {CROWDED}",
    )
    engine.load("near", _TIES, _close(engine))
    engine.keep(
        "strong",
        """
        SELECT DISTINCT a, b FROM (
            SELECT m.rid AS a, t.first AS b FROM members m JOIN titled t
            ON m.scheme = t.scheme AND m.id = t.id AND m.title_key = t.title_key
            WHERE m.title_key <> '' AND m.rid <> t.first
            UNION ALL
            SELECT a, b FROM near
            UNION ALL
            SELECT m.rid AS a, o.first AS b FROM members m JOIN (
                SELECT scheme, id, min(first) AS first FROM titled WHERE title_key <> ''
                GROUP BY scheme, id HAVING count(*) = 1
            ) o ON m.scheme = o.scheme AND m.id = o.id WHERE m.title_key = ''
        ) AS pairs
        """,
    )
    engine.drop("members", "titled", *(f"shared_{each}" for each in SCHEMES))


def _close(engine: Engine) -> Iterator[tuple[int, int]]:
    """Records of two titles under one identifier that are close."""
    pairs = engine.stream(
        """
        SELECT p.a, x.title, p.b, y.title FROM (
            SELECT DISTINCT one.first AS a, other.first AS b FROM titled one
            JOIN titled other ON one.scheme = other.scheme AND one.id = other.id
            LEFT JOIN crowded c ON one.scheme = c.scheme AND one.id = c.id
            WHERE one.title_key <> '' AND one.title_key < other.title_key AND c.id IS NULL
        ) p JOIN fresh x ON p.a = x.rid JOIN fresh y ON p.b = y.rid
        """
    )
    for a, one, b, other in pairs:
        if close(one, other):
            yield a, b


def _by_description(engine: Engine) -> None:
    """`weak` (a, b): records of one title and first author, of years that are near; those of no
    year, with what has the very same authors."""
    engine.keep(
        "alike",
        """
        SELECT f.rid, f.title_key, f.first_author, f.authors, f.year, f.origin, f.venue,
               coalesce(f.preprint, FALSE) AS preprint
        FROM fresh f JOIN (
            SELECT described FROM fresh WHERE described IS NOT NULL
            GROUP BY described HAVING count(*) > 1
        ) s ON f.described = s.described
        """,
    )
    engine.keep(
        "islands",
        f"""
        SELECT rid, title_key, first_author, year, origin, venue, preprint, sum(step) OVER (
            PARTITION BY title_key, first_author ORDER BY year, rid
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS island FROM (
            SELECT *, CASE WHEN year - lag(year) OVER (
                PARTITION BY title_key, first_author ORDER BY year, rid
            ) > {GAP} THEN 1 ELSE 0 END AS step FROM alike WHERE year IS NOT NULL
        ) AS steps
        """,
    )
    # What one origin lists twice for one place of publication it keeps apart: a column, a series.
    engine.keep(
        "series",
        """
        SELECT DISTINCT title_key, first_author, island FROM (
            SELECT title_key, first_author, island FROM islands
            WHERE venue IS NOT NULL AND NOT preprint
            GROUP BY title_key, first_author, island, origin, venue HAVING min(rid) <> max(rid)
        ) AS listed
        """,
    )
    # Of two that one origin lists without a year, nobody knows which is meant.
    engine.keep(
        "undated",
        f"""
        SELECT u.rid AS a, coalesce(g.dated, g.first) AS b FROM alike u JOIN (
            SELECT title_key, first_author, authors, min(rid) AS first,
                   min(CASE WHEN year IS NOT NULL THEN rid END) AS dated
            FROM alike GROUP BY title_key, first_author, authors
            HAVING coalesce(max(year) - min(year), 0) <= {SPAN}
                AND count(CASE WHEN year IS NULL THEN 1 END)
                    = count(DISTINCT CASE WHEN year IS NULL THEN origin END)
        ) g ON u.title_key = g.title_key AND u.first_author = g.first_author
            AND u.authors = g.authors
        WHERE u.year IS NULL AND u.rid <> coalesce(g.dated, g.first)
        """,
    )
    engine.keep(
        "weak",
        f"""
        SELECT a, b FROM undated
        UNION ALL
        SELECT i.rid AS a, g.first AS b FROM islands i JOIN (
            SELECT title_key, first_author, island, min(rid) AS first FROM islands
            GROUP BY title_key, first_author, island HAVING max(year) - min(year) <= {SPAN}
        ) g ON i.title_key = g.title_key AND i.first_author = g.first_author
            AND i.island = g.island
        LEFT JOIN series s ON i.title_key = s.title_key AND i.first_author = s.first_author
            AND i.island = s.island
        WHERE i.rid <> g.first AND s.title_key IS NULL
        """,
    )
    engine.drop("alike", "islands", "series", "undated")


def write(engine: Engine, folder: Path, counted: str) -> dict[str, list[Path]]:
    """Write the works that `merge` found to `folder`, with their identifiers and other keys; the
    files of each, in order. `counted` is the origin whose counts are taken. Raises OSError."""
    columns = ", ".join(f"f.{each}" for each in RECORD)
    shared = f"SELECT {columns}, w.work FROM fresh f JOIN works_of w ON f.rid = w.rid"
    engine.view(
        "single",
        f"SELECT {columns}, f.rid AS work FROM fresh f LEFT JOIN works_of w ON f.rid = w.rid "
        "WHERE w.rid IS NULL",
    )
    # Most records are of a work of their own, and need no grouping.
    parts = engine.split("shared", shared, "work", {**RECORD, "work": "long"})
    for number, part in enumerate(parts):
        engine.keep(f"grouped_{number}", _grouped(part, counted))
    works = [_alone(counted), *(f"SELECT * FROM grouped_{n}" for n in range(len(parts)))]
    engine.view("works", " UNION ALL ".join(works))
    every = ("single", *parts)
    identifiers = " UNION ALL ".join(
        f"SELECT '{each}' AS scheme, {each} AS id, work FROM {part} WHERE {each} IS NOT NULL"
        for part in every
        for each in SCHEMES
    )
    keys = " UNION ALL ".join(
        [
            *(f"SELECT title_key, work FROM {each}" for each in parts),
            (
                "SELECT o.title_key, coalesce(w.work, o.rid) AS work FROM others o "
                "LEFT JOIN works_of w ON o.rid = w.rid"
            ),
        ]
    )
    # A work without a title is nowhere to be found, and helps nobody.
    titled = "JOIN works k ON x.work = k.work WHERE k.title_key <> ''"
    return {
        WORKS: engine.write(
            f"SELECT {', '.join(WORK_COLUMNS)} FROM works WHERE title_key <> '' "
            "ORDER BY title_key, work",
            folder, WORKS, WORK_COLUMNS,
        ),
        IDS: engine.write(
            f"SELECT DISTINCT x.scheme, x.id, x.work FROM ({identifiers}) x {titled} "
            "ORDER BY scheme, id, work",
            folder, IDS, ID_COLUMNS,
        ),
        KEYS: engine.write(
            f"SELECT DISTINCT x.title_key, x.work FROM ({keys}) x {titled} "
            "AND x.title_key <> '' AND x.title_key <> k.title_key ORDER BY title_key, work",
            folder, KEYS, KEY_COLUMNS,
        ),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Value:
    """A column of a work: which of its records' columns it is, of those of which `known` holds,
    of the one that is first by `order`."""

    name: str
    of: str
    order: str
    known: str


def _values(counted: str) -> list[_Value]:
    """Where a work's columns come from. The publication's title, year, venue and names go before
    those of its preprint; a DOI that arXiv gave is the last one that a work is called by, and a
    record that stands beside a work (`matching.record_kinds`) the first that says what it is."""
    titled = "title_key <> ''"
    written = "authors IS NOT NULL"
    dated = "year IS NOT NULL"
    placed = f"venue IS NOT NULL AND origin NOT IN ({_listed(VENUELESS)})"
    counts = f"origin = '{counted}' AND citation_count IS NOT NULL"
    fields = f"origin IN ({_listed(COUNTED)}) AND fields_of_study IS NOT NULL"
    return [
        _Value("title_key", "title_key", "faced", titled),
        _Value("title", "title", "faced", titled),
        _Value("main_key", "main_key", "faced", titled),
        _Value("first_author", "first_author", "place", written),
        _Value("authors", "authors", "place", written),
        _Value("year", "year", "faced", dated),
        _Value("venue", "venue", "faced", placed),
        _Value("other_venues", "other_venues", "faced", placed),
        _Value("citation_count", "citation_count", "place", counts),
        _Value("reference_count", "reference_count", "place", counts),
        _Value("counted_on", "released", "place", counts),
        _Value("fields_of_study", "fields_of_study", "place", fields),
        _Value("kind", "kind", "beside", "kind IS NOT NULL"),
        *(
            _Value(each, each, "given" if each == "doi" else "faced", f"{each} IS NOT NULL")
            for each in SCHEMES
        ),
        _Value("title_from", "origin", "faced", titled),
        _Value("authors_from", "origin", "place", written),
        _Value("year_from", "origin", "faced", dated),
        _Value("venue_from", "origin", "faced", placed),
        _Value("counts_from", "origin", "place", counts),
        _Value("fields_from", "origin", "place", fields),
    ]


_BESIDE = tuple(sorted(kind.value for kind in BESIDE))


def _grouped(part: str, counted: str) -> str:
    """The works of a part, each value from the record that is first in the order for it."""
    said = {
        each.name: f"min_by({each.of}, {each.order}) FILTER (WHERE {each.known})"
        for each in _values(counted)
    }
    said |= {
        "work": "work",
        "preprint": _flag("min", "preprint"),
        "retracted": _flag("max", "retracted"),
        "origins": "CAST(count(DISTINCT origin) AS INTEGER)",
        "records": "CAST(count(*) AS INTEGER)",
    }
    chosen = ", ".join(f"{said[name]} AS {name}" for name in WORK_COLUMNS)
    faced = "concat(CASE WHEN preprint THEN '1' ELSE '0' END, place)"
    beside = f"concat(CASE WHEN kind IN ({_listed(_BESIDE)}) THEN '0' ELSE '1' END, {faced})"
    given = f"concat(CASE WHEN doi LIKE '10.48550/%' THEN '1' ELSE '0' END, {faced})"
    return (
        f"SELECT {chosen} FROM (SELECT *, {faced} AS faced, {given} AS given, {beside} AS beside "
        f"FROM {part}) AS r GROUP BY work"
    )


def _alone(counted: str) -> str:
    """The works that have one record alone."""
    said = {each.name: f"CASE WHEN {each.known} THEN {each.of} END" for each in _values(counted)}
    said |= {"work": "work", "preprint": "preprint", "retracted": "retracted",
             "origins": "1", "records": "1"}  # fmt: skip
    chosen = ", ".join(f"{said[name]} AS {name}" for name in WORK_COLUMNS)
    return f"SELECT {chosen} FROM single"


def _flag(which: str, name: str) -> str:
    """Whether all records of a work say so (min), or one of them does (max); null where none says
    anything."""
    told = f"{which}(CASE WHEN {name} THEN 1 ELSE 0 END)"
    return f"CASE WHEN {told} = 1 THEN TRUE WHEN count({name}) > 0 THEN FALSE END"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{each}'" for each in names)
