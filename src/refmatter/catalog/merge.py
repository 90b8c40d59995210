"""Merge staged records into works, with their identifiers and further title keys, as SQL.

The statements use what SQL engines have in common (joins, groups, windows, `min_by`); keys, hashes
and what needs the matcher are columns, computed in Python. docs/catalog.md describes the rules. The
same records give the same works, in any order and from any files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from refmatter.catalog.components import find_unfit_groups, label_components
from refmatter.catalog.engine import Engine
from refmatter.catalog.layout import (
    COUNT_ORIGINS,
    ID_COLUMNS,
    ID_SCHEMES,
    IDS,
    KEY_COLUMNS,
    KEYS,
    ORIGINS_WITHOUT_VENUE,
    RECORD_COLUMNS,
    WORK_COLUMNS,
    WORKS,
)
from refmatter.catalog.title_filter import are_close_titles
from refmatter.errors import ConfigError
from refmatter.matching.record_kinds import COMPANION_KINDS

MAX_TITLES = 20
"""The most titles under one identifier; with more, it is a proceedings volume's, or a
placeholder."""
MAX_YEAR_GAP, MAX_YEAR_SPAN = 2, 4
"""The most years between two versions of a work, and between its first and last version.

What the same people publish under one title for longer is a series: an annual report, a column.
"""

_TIE_COLUMNS = {"a": "long", "b": "long"}


def merge_records(engine: Engine) -> dict[str, int]:
    """Make the table `works_of` (rid, work) of all records that share a work with others.

    Reads the tables `records` and `others`. Return how many groups were not merged, by reason.
    Raises ConfigError if two records have one number, which is very unlikely.
    """
    _make_newest_records(engine)
    _tie_by_identifier(engine)
    _tie_by_description(engine)
    engine.create_table(
        "ties", "SELECT a, b FROM identifier_ties UNION ALL SELECT a, b FROM description_ties"
    )
    label_components(engine, "identifier_groups", "identifier_ties")
    label_components(engine, "all_groups", "ties")
    find_unfit_groups(engine, "unfit_identifier_groups", "identifier_groups", "current_records")
    find_unfit_groups(engine, "unfit_groups", "all_groups", "current_records")
    # What descriptions tie falls back to what identifiers tie, and that to single records.
    engine.create_table(
        "works_of",
        """
        SELECT g.rid, CASE
            WHEN u.label IS NULL THEN g.label
            WHEN i.label IS NULL OR iu.label IS NOT NULL THEN g.rid
            ELSE i.label END AS work
        FROM all_groups g LEFT JOIN unfit_groups u ON g.label = u.label
        LEFT JOIN identifier_groups i ON g.rid = i.rid
        LEFT JOIN unfit_identifier_groups iu ON i.label = iu.label
        """,
    )
    not_merged = dict(
        engine.fetch_rows("SELECT reason, count(*) FROM unfit_groups GROUP BY reason")
    )
    ((not_merged["crowded"],),) = engine.fetch_rows("SELECT count(*) FROM crowded")
    return {reason: int(not_merged.get(reason, 0)) for reason in ("many", "contradict", "crowded")}


def _make_newest_records(engine: Engine) -> None:
    """Make the view `current_records`: the newest version of each record."""
    engine.create_table(
        "newest",
        """
        SELECT rid, max(stamp) AS stamp, min(origin) AS o1, max(origin) AS o2,
               min(key) AS k1, max(key) AS k2
        FROM records GROUP BY rid HAVING count(*) > 1
        """,
    )
    collided = engine.fetch_rows("SELECT o1, k1, o2, k2 FROM newest WHERE o1 <> o2 OR k1 <> k2")
    if collided:
        o1, k1, o2, k2 = collided[0]
        raise ConfigError(
            f"the records {k1} of {o1} and {k2} of {o2} have one number; leave one of them out"
        )
    ((doubled,),) = engine.fetch_rows("SELECT count(*) FROM newest")
    if not doubled:
        engine.create_view("current_records", "SELECT * FROM records")
        return
    columns = ", ".join(f"r.{column}" for column in RECORD_COLUMNS)
    engine.create_view(
        "current_records",
        f"""
        SELECT DISTINCT {columns} FROM records r JOIN newest n
        ON r.rid = n.rid AND r.stamp = n.stamp
        UNION ALL
        SELECT {columns} FROM records r LEFT JOIN newest n ON r.rid = n.rid WHERE n.rid IS NULL
        """,
    )


def _tie_by_identifier(engine: Engine) -> None:
    """Make the table `identifier_ties` (a, b): records of one identifier and close titles.

    Also make `crowded`, the identifiers that have too many titles to be used.
    """
    _make_members(engine)
    engine.create_table(
        "titled",
        "SELECT scheme, id, title_key, min(rid) AS first FROM members "
        "GROUP BY scheme, id, title_key",
    )
    engine.create_table(
        "crowded",
        f"SELECT scheme, id FROM titled GROUP BY scheme, id HAVING count(*) > {MAX_TITLES}",
    )
    engine.load_rows("near", _TIE_COLUMNS, _close_title_pairs(engine))
    engine.create_table(
        "identifier_ties",
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
    engine.drop_tables("members", "titled", *(f"shared_{scheme}" for scheme in ID_SCHEMES))


def _make_members(engine: Engine) -> None:
    """Make the table `members` (scheme, id, title_key, rid) of identifiers of several records."""
    for scheme in ID_SCHEMES:
        engine.create_table(
            f"shared_{scheme}",
            f"SELECT {scheme} AS id FROM current_records WHERE {scheme} IS NOT NULL "
            f"GROUP BY {scheme} HAVING count(*) > 1",
        )
    members = " UNION ALL ".join(
        f"SELECT '{scheme}' AS scheme, s.id, f.title_key, f.rid FROM current_records f "
        f"JOIN shared_{scheme} s ON f.{scheme} = s.id"
        for scheme in ID_SCHEMES
    )
    engine.create_table("members", members)


def _close_title_pairs(engine: Engine) -> Iterator[tuple[int, int]]:
    """Yield the records of two close titles under one identifier."""
    pairs = engine.stream_rows(
        """
        SELECT p.a, x.title, p.b, y.title FROM (
            SELECT DISTINCT t.first AS a, o.first AS b FROM titled t
            JOIN titled o ON t.scheme = o.scheme AND t.id = o.id
            LEFT JOIN crowded c ON t.scheme = c.scheme AND t.id = c.id
            WHERE t.title_key <> '' AND t.title_key < o.title_key AND c.id IS NULL
        ) p JOIN current_records x ON p.a = x.rid JOIN current_records y ON p.b = y.rid
        """
    )
    for a, title, b, other_title in pairs:
        if are_close_titles(title, other_title):
            yield a, b


def _tie_by_description(engine: Engine) -> None:
    """Make the table `description_ties` (a, b): records of one title and first author.

    Their years are near. Records without a year are tied to those with the same authors.
    """
    engine.create_table(
        "alike",
        """
        SELECT f.rid, f.title_key, f.first_author, f.authors, f.year, f.origin, f.venue,
               coalesce(f.preprint, FALSE) AS preprint
        FROM current_records f JOIN (
            SELECT described FROM current_records WHERE described IS NOT NULL
            GROUP BY described HAVING count(*) > 1
        ) s ON f.described = s.described
        """,
    )
    _make_year_islands(engine)
    _make_undated_ties(engine)
    engine.create_table(
        "description_ties",
        f"""
        SELECT a, b FROM undated
        UNION ALL
        SELECT i.rid AS a, g.first AS b FROM islands i JOIN (
            SELECT title_key, first_author, island, min(rid) AS first FROM islands
            GROUP BY title_key, first_author, island HAVING max(year) - min(year) <= {MAX_YEAR_SPAN}
        ) g ON i.title_key = g.title_key AND i.first_author = g.first_author
            AND i.island = g.island
        LEFT JOIN series s ON i.title_key = s.title_key AND i.first_author = s.first_author
            AND i.island = s.island
        WHERE i.rid <> g.first AND s.title_key IS NULL
        """,
    )
    engine.drop_tables("alike", "islands", "series", "undated")


def _make_year_islands(engine: Engine) -> None:
    """Make the tables `islands` and `series`, of records with one title and first author.

    An island is a run of near years; a series is an island that one origin lists several times.
    """
    engine.create_table(
        "islands",
        f"""
        SELECT rid, title_key, first_author, year, origin, venue, preprint, sum(step) OVER (
            PARTITION BY title_key, first_author ORDER BY year, rid
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS island FROM (
            SELECT *, CASE WHEN year - lag(year) OVER (
                PARTITION BY title_key, first_author ORDER BY year, rid
            ) > {MAX_YEAR_GAP} THEN 1 ELSE 0 END AS step FROM alike WHERE year IS NOT NULL
        ) AS steps
        """,
    )
    # What one origin lists twice for one place of publication it keeps apart: a column, a series.
    engine.create_table(
        "series",
        """
        SELECT DISTINCT title_key, first_author, island FROM (
            SELECT title_key, first_author, island FROM islands
            WHERE venue IS NOT NULL AND NOT preprint
            GROUP BY title_key, first_author, island, origin, venue HAVING min(rid) <> max(rid)
        ) AS listed
        """,
    )


def _make_undated_ties(engine: Engine) -> None:
    """Make the table `undated` (a, b): ties of records without a year.

    Each is tied to a record with the same title and authors.
    """
    # Of two that one origin lists without a year, nobody knows which is meant.
    engine.create_table(
        "undated",
        f"""
        SELECT u.rid AS a, coalesce(g.dated, g.first) AS b FROM alike u JOIN (
            SELECT title_key, first_author, authors, min(rid) AS first,
                   min(CASE WHEN year IS NOT NULL THEN rid END) AS dated
            FROM alike GROUP BY title_key, first_author, authors
            HAVING coalesce(max(year) - min(year), 0) <= {MAX_YEAR_SPAN}
                AND count(CASE WHEN year IS NULL THEN 1 END)
                    = count(DISTINCT CASE WHEN year IS NULL THEN origin END)
        ) g ON u.title_key = g.title_key AND u.first_author = g.first_author
            AND u.authors = g.authors
        WHERE u.year IS NULL AND u.rid <> coalesce(g.dated, g.first)
        """,
    )


def write_works(engine: Engine, folder: Path, counts_origin: str) -> dict[str, list[Path]]:
    """Write the works that `merge_records` found, their identifiers and other keys to `folder`.

    Return the files of each table, in order. Citation counts are those of `counts_origin` alone.
    Raises OSError.
    """
    parts = _make_works(engine, counts_origin)
    # A work without a title cannot be found.
    titled = "JOIN works k ON x.work = k.work WHERE k.title_key <> ''"
    return {
        WORKS: engine.write_parquet(
            f"SELECT {', '.join(WORK_COLUMNS)} FROM works WHERE title_key <> '' "
            "ORDER BY title_key, work",
            folder, WORKS, WORK_COLUMNS,
        ),
        IDS: engine.write_parquet(
            f"SELECT DISTINCT x.scheme, x.id, x.work FROM ({_identifiers_sql(parts)}) x {titled} "
            "ORDER BY scheme, id, work",
            folder, IDS, ID_COLUMNS,
        ),
        KEYS: engine.write_parquet(
            f"SELECT DISTINCT x.title_key, x.work FROM ({_title_keys_sql(parts)}) x {titled} "
            "AND x.title_key <> '' AND x.title_key <> k.title_key ORDER BY title_key, work",
            folder, KEYS, KEY_COLUMNS,
        ),
    }  # fmt: skip


def _make_works(engine: Engine, counts_origin: str) -> list[str]:
    """Make the view `works`, and `single`, the records that are works of their own.

    Return the names of the tables that hold all other records, each with its work's number.
    """
    columns = ", ".join(f"f.{column}" for column in RECORD_COLUMNS)
    shared = f"SELECT {columns}, w.work FROM current_records f JOIN works_of w ON f.rid = w.rid"
    engine.create_view(
        "single",
        f"SELECT {columns}, f.rid AS work FROM current_records f "
        "LEFT JOIN works_of w ON f.rid = w.rid WHERE w.rid IS NULL",
    )
    # Most records are of a work of their own, and need no grouping.
    parts = engine.partition("shared", shared, "work", {**RECORD_COLUMNS, "work": "long"})
    for number, part in enumerate(parts):
        engine.create_table(f"grouped_{number}", _grouped_works_sql(part, counts_origin))
    works = [
        _single_works_sql(counts_origin),
        *(f"SELECT * FROM grouped_{n}" for n in range(len(parts))),
    ]
    engine.create_view("works", " UNION ALL ".join(works))
    return parts


def _identifiers_sql(parts: Sequence[str]) -> str:
    """Return a query for (scheme, id, work) of all records."""
    return " UNION ALL ".join(
        f"SELECT '{scheme}' AS scheme, {scheme} AS id, work FROM {table} WHERE {scheme} IS NOT NULL"
        for table in ("single", *parts)
        for scheme in ID_SCHEMES
    )


def _title_keys_sql(parts: Sequence[str]) -> str:
    """Return a query for (title_key, work) of merged records' titles and all other titles."""
    merged = (f"SELECT title_key, work FROM {part}" for part in parts)
    other_titles = (
        "SELECT o.title_key, coalesce(w.work, o.rid) AS work FROM others o "
        "LEFT JOIN works_of w ON o.rid = w.rid"
    )
    return " UNION ALL ".join([*merged, other_titles])


@dataclass(frozen=True, slots=True)
class _ColumnSource:
    """Where a column of a work comes from: a column of its records, and which record.

    It is the first record by `order` among those for which `condition` holds.
    """

    name: str
    column: str
    order: str
    condition: str


def _column_sources(counts_origin: str) -> list[_ColumnSource]:
    """Return where a work's columns come from.

    Title, year, venue and identifiers of a publication precede those of its preprint. A DOI that
    arXiv assigned is used last. For the kind, a record that accompanies a work
    (`matching.record_kinds`) comes first.
    """
    titled = "title_key <> ''"
    written = "authors IS NOT NULL"
    dated = "year IS NOT NULL"
    placed = f"venue IS NOT NULL AND origin NOT IN ({_sql_list(ORIGINS_WITHOUT_VENUE)})"
    counts = f"origin = '{counts_origin}' AND citation_count IS NOT NULL"
    fields = f"origin IN ({_sql_list(COUNT_ORIGINS)}) AND fields_of_study IS NOT NULL"
    return [
        _ColumnSource("title_key", "title_key", "published_first", titled),
        _ColumnSource("title", "title", "published_first", titled),
        _ColumnSource("main_key", "main_key", "published_first", titled),
        _ColumnSource("first_author", "first_author", "place", written),
        _ColumnSource("authors", "authors", "place", written),
        _ColumnSource("year", "year", "published_first", dated),
        _ColumnSource("venue", "venue", "published_first", placed),
        _ColumnSource("other_venues", "other_venues", "published_first", placed),
        _ColumnSource("citation_count", "citation_count", "place", counts),
        _ColumnSource("reference_count", "reference_count", "place", counts),
        _ColumnSource("counted_on", "released", "place", counts),
        _ColumnSource("fields_of_study", "fields_of_study", "place", fields),
        _ColumnSource("kind", "kind", "companions_first", "kind IS NOT NULL"),
        *(
            _ColumnSource(
                scheme,
                scheme,
                "arxiv_doi_last" if scheme == "doi" else "published_first",
                f"{scheme} IS NOT NULL",
            )
            for scheme in ID_SCHEMES
        ),
        _ColumnSource("title_from", "origin", "published_first", titled),
        _ColumnSource("authors_from", "origin", "place", written),
        _ColumnSource("year_from", "origin", "published_first", dated),
        _ColumnSource("venue_from", "origin", "published_first", placed),
        _ColumnSource("counts_from", "origin", "place", counts),
        _ColumnSource("fields_from", "origin", "place", fields),
    ]


_COMPANION_KINDS = tuple(sorted(kind.value for kind in COMPANION_KINDS))


def _grouped_works_sql(part: str, counts_origin: str) -> str:
    """Return a query for the works of a table of records, each value from its preferred record."""
    expressions = {
        source.name: f"min_by({source.column}, {source.order}) FILTER (WHERE {source.condition})"
        for source in _column_sources(counts_origin)
    }
    expressions |= {
        "work": "work",
        "preprint": _flag_sql("min", "preprint"),
        "retracted": _flag_sql("max", "retracted"),
        "origins": "CAST(count(DISTINCT origin) AS INTEGER)",
        "records": "CAST(count(*) AS INTEGER)",
    }
    chosen = ", ".join(f"{expressions[name]} AS {name}" for name in WORK_COLUMNS)
    published_first = "concat(CASE WHEN preprint THEN '1' ELSE '0' END, place)"
    is_companion = f"kind IN ({_sql_list(_COMPANION_KINDS)})"
    companions_first = f"concat(CASE WHEN {is_companion} THEN '0' ELSE '1' END, {published_first})"
    arxiv_doi_last = (
        f"concat(CASE WHEN doi LIKE '10.48550/%' THEN '1' ELSE '0' END, {published_first})"
    )
    return (
        f"SELECT {chosen} FROM (SELECT *, {published_first} AS published_first, "
        f"{arxiv_doi_last} AS arxiv_doi_last, {companions_first} AS companions_first "
        f"FROM {part}) AS r GROUP BY work"
    )


def _single_works_sql(counts_origin: str) -> str:
    """Return a query for the works that have only one record."""
    expressions = {
        source.name: f"CASE WHEN {source.condition} THEN {source.column} END"
        for source in _column_sources(counts_origin)
    }
    expressions |= {"work": "work", "preprint": "preprint", "retracted": "retracted",
             "origins": "1", "records": "1"}  # fmt: skip
    chosen = ", ".join(f"{expressions[name]} AS {name}" for name in WORK_COLUMNS)
    return f"SELECT {chosen} FROM single"


def _flag_sql(which: str, name: str) -> str:
    """Return an expression: whether all records of a work have a flag (min), or any (max).

    It is null if the flag is null in all of them.
    """
    result = f"{which}(CASE WHEN {name} THEN 1 ELSE 0 END)"
    return f"CASE WHEN {result} = 1 THEN TRUE WHEN count({name}) > 0 THEN FALSE END"


def _sql_list(names: tuple[str, ...]) -> str:
    """Return names as a list of SQL literals."""
    return ", ".join(f"'{name}'" for name in names)
