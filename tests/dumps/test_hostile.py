"""Dumps that are cut, damaged or made to harm: what can be read is read, the rest is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dumping import FORMATS, bundled
from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import open_dump
from refmatter.dumps.detect import READERS, read_entries
from refmatter.dumps.json_stream import MAX_RECORD_BYTES
from refmatter.dumps.record import BadRecord, DumpRecord, SkippedRecord
from refmatter.errors import ConfigError
from support import absent

SAMPLES = Path(__file__).parent / "samples"
DEEP = 100_000


def read(path: Path, content: bytes) -> list[Entry]:
    path.write_bytes(content)
    with open_dump(path) as file:
        return list(read_entries(file))


def works(entries: list[Entry]) -> list[str]:
    return [entry.work.title for entry in entries if isinstance(entry, DumpRecord)]


def bad(entries: list[Entry]) -> list[tuple[int | None, str]]:
    return [(entry.line, entry.reason) for entry in entries if isinstance(entry, BadRecord)]


def openalex(title: str, **more: Any) -> bytes:
    row = {"id": "https://openalex.org/W1234567", "display_name": title, "type": "article", **more}
    return json.dumps(row).encode() + b"\n"


def dblp(*records: str, end: str = "</dblp>\n") -> bytes:
    head = '<?xml version="1.0" encoding="US-ASCII"?>\n<!DOCTYPE dblp SYSTEM "dblp.dtd">\n<dblp>\n'
    return (head + "".join(records) + end).encode()


def article(title: str, key: str = "journals/made/X1", more: str = "") -> str:
    return (
        f'<article key="{key}">\n<author>A. B.</author>\n<title>{title}</title>{more}\n</article>\n'
    )


ONE = openalex("The first work")
LAST = openalex("The last work")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id": "x", ', "EOF"),
        (b"not JSON", "expected"),
        (b"[1, 2]", "object"),
        (b'"text"', "object"),
        (b"17", "object"),
        (b'{"id": "\xff\xfe"}', "unicode"),
        (b'{"x": ' + b"[" * DEEP + b"]" * DEEP + b"}", "recursion"),
        (b'{"x": ' * DEEP + b"1" + b"}" * DEEP, "recursion"),
        (b"\0\0\0", "expected"),
        (b'{"id": "x"} {"id": "y"}', "trailing"),
    ],
    ids=lambda value: value[:12].decode("latin-1") if isinstance(value, bytes) else value,
)
def test_a_bad_line_is_told_and_the_rest_is_read(line: bytes, reason: str, tmp_path: Path) -> None:
    entries = read(tmp_path / "x", ONE + line + b"\n" + LAST)
    assert works(entries) == ["The first work", "The last work"]
    ((number, problem),) = bad(entries)
    assert number == 2
    assert reason in problem


def test_a_line_that_is_too_long_is_passed_over(tmp_path: Path) -> None:
    entries = read(tmp_path / "x", ONE + openalex("x" * (MAX_RECORD_BYTES + 1)) + LAST)
    assert works(entries) == ["The first work", "The last work"]
    ((line, reason),) = bad(entries)
    assert (line, absent(reason, "4 MB")) == (2, [])


def test_a_title_of_a_megabyte_is_none(tmp_path: Path) -> None:
    entries = read(tmp_path / "x", ONE + openalex("word " * 200_000) + LAST)
    assert works(entries) == ["The first work", "The last work"]
    (skipped,) = (entry for entry in entries if isinstance(entry, SkippedRecord))
    assert absent(skipped.reason, "title", "4,000 letters") == []


def test_a_record_without_a_line_break_at_the_end_is_read(tmp_path: Path) -> None:
    assert works(read(tmp_path / "x", ONE + LAST.rstrip())) == ["The first work", "The last work"]


def test_byte_order_marks_blank_lines_and_carriage_returns_say_nothing(tmp_path: Path) -> None:
    entries = read(tmp_path / "x", b"\xef\xbb\xbf" + ONE.replace(b"\n", b"\r\n") + b"\r\n\n" + LAST)
    assert works(entries) == ["The first work", "The last work"]
    assert bad(entries) == []


def test_a_control_character_in_a_title_is_not_passed_on(tmp_path: Path) -> None:
    entries = read(tmp_path / "x", openalex("Red \x1b[31mlight\u202e\ud800"))
    assert works(entries) == ["Red [31mlight"]


def item(title: str) -> str:
    return json.dumps({"id": "x", "type": "book", "title": title, "DOI": "10.5555/x"})


@pytest.mark.parametrize(
    ("array", "titles", "lines"),
    [
        (f"[\n{item('One')},\n{{bad}},\n{item('Two')}]", ["One", "Two"], [3]),
        (f"[\n{item('One')},\n17,\n{item('Two')}]", ["One"], [3]),
        (f"[\n{item('One')},\n\"text\", null,\n{item('Two')}]", ["One"], [3, 3]),
        (f"[{item('One')}", ["One"], [1]),
        (f"[{item('One')},\n{item('Two')[:20]}", ["One"], [2]),
        (f"[{item('One')},\n{{\"title\": \"never ends", ["One"], [2]),
        (f"[{item('One')},\n{'[' * DEEP}{']' * DEEP},\n{item('Two')}]", ["One", "Two"], [2]),
        (f"[{item('One')}] and more", ["One"], []),
    ],
)  # fmt: skip
def test_an_array_loses_its_bad_items_alone(
    array: str, titles: list[str], lines: list[int], tmp_path: Path
) -> None:
    entries = read(tmp_path / "x", array.encode())
    assert works(entries) == titles
    assert [line for line, _ in bad(entries)] == lines


def test_an_item_that_is_too_long_ends_an_array(tmp_path: Path) -> None:
    array = f"[{item('One')},\n{item('x' * (MAX_RECORD_BYTES + 2**21))},{item('Two')}]"
    entries = read(tmp_path / "x", array.encode())
    assert works(entries) == ["One"]
    ((line, reason),) = bad(entries)
    assert (line, absent(reason, "4 MB")) == (2, [])


def test_an_array_is_read_over_the_ends_of_blocks(tmp_path: Path) -> None:
    names = [f'Number {number}: {"] [, " * 500}"quoted"' for number in range(2000)]
    entries = read(tmp_path / "x", ("[" + ", ".join(map(item, names)) + "]").encode())
    assert works(entries) == [" ".join(name.split()) for name in names]


def test_an_unknown_entity_costs_its_record_alone(tmp_path: Path) -> None:
    records = article("First."), article("Not &heard; of."), article("Last.")
    entries = read(tmp_path / "x", dblp(*records))
    assert works(entries) == ["First", "Last"]
    assert bad(entries) == [(10, "undefined entity &heard;")]


@pytest.mark.parametrize(
    "broken",
    [
        article("An <i>open tag."),
        article("A stray < sign."),
        article("A bare & sign."),
        article("A control character \x02."),
        article("A number of no character &#0;."),
        "</article>\n",
    ],
)
def test_a_broken_record_costs_itself_alone(broken: str, tmp_path: Path) -> None:
    entries = read(tmp_path / "x", dblp(article("First."), broken, article("Last.")))
    assert works(entries) == ["First", "Last"]
    assert len(bad(entries)) == 1


@pytest.mark.parametrize("end", ["", "\n", article("Cut off.")[:40], "</dbl"])
def test_dblp_that_is_cut_short_keeps_what_was_read(end: str, tmp_path: Path) -> None:
    entries = read(tmp_path / "x", dblp(article("First."), article("Second."), end=end))
    assert works(entries) == ["First", "Second"]
    assert "ends before </dblp>" in bad(entries)[0][1]


LAUGHS = (
    '<!DOCTYPE dblp [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


def test_entities_that_a_file_declares_are_not_expanded(tmp_path: Path) -> None:
    text = f'<?xml version="1.0"?>{LAUGHS}<dblp>{article("&c;.")}</dblp>'
    entries = read(tmp_path / "x", text.encode())
    ((line, reason),) = bad(entries)
    assert (line, "entities" in reason) == (1, True)
    assert works(entries) == []


def test_a_file_that_an_entity_names_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    inside = f'<!DOCTYPE dblp [<!ENTITY s SYSTEM "{tmp_path / "secret"}">]>'
    text = f"<dblp>{article('First.')}{inside}{article('&s;.')}</dblp>"
    entries = read(tmp_path / "x", text.encode())
    assert works(entries) == ["First"]
    assert bad(entries)


@pytest.mark.parametrize("encoding", ["utf-7", "utf-16", "cp037"])
def test_an_encoding_that_could_hide_anything_is_refused(encoding: str, tmp_path: Path) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n<dblp>{article("First.")}</dblp>'
    ((line, reason),) = bad(read(tmp_path / "x", text.encode()))
    assert line == 1
    assert encoding in reason


def test_dblp_without_a_root_is_told(tmp_path: Path) -> None:
    text = '<!DOCTYPE dblp SYSTEM "dblp.dtd">' + " " * 70_000 + "<dblp></dblp>"
    assert "no element <dblp>" in bad(read(tmp_path / "x", text.encode()))[0][1]


def test_dblp_without_the_end_of_a_record_is_held_in_bounds(tmp_path: Path) -> None:
    entries = read(
        tmp_path / "x", dblp(article("First."), "x" * (3 * MAX_RECORD_BYTES), article("Last."))
    )
    assert works(entries) == ["First", "Last"]
    assert any("2 MB" in reason for _, reason in bad(entries))


def test_records_over_the_ends_of_blocks_are_whole(tmp_path: Path) -> None:
    names = [f"Number {number} {'word ' * 60}" for number in range(9000)]
    entries = read(tmp_path / "x", dblp(*(article(f"{name.strip()}.") for name in names)))
    assert works(entries) == [name.strip() for name in names]


def anthology(papers: str, before: str = "") -> bytes:
    meta = "<meta><booktitle>Made</booktitle><year>2099</year></meta>"
    root = f'<collection id="2099.made"><volume id="1">{meta}{papers}</volume></collection>'
    return f'<?xml version="1.0"?>\n{before}{root}'.encode()


def paper(number: int, title: str) -> str:
    return f'\n<paper id="{number}"><title>{title}</title></paper>'


def test_an_anthology_file_is_read_up_to_its_error(tmp_path: Path) -> None:
    papers = paper(1, "First") + paper(2, "Not &heard; of") + paper(3, "Last")
    entries = read(tmp_path / "x", anthology(papers))
    assert works(entries) == ["First"]
    assert bad(entries) == [(4, "undefined entity")]


def test_an_anthology_file_declares_nothing(tmp_path: Path) -> None:
    entries = read(tmp_path / "x", anthology(paper(1, "&c;"), LAUGHS.replace("dblp", "collection")))
    assert absent(bad(entries)[0][1], "document type") == []
    assert works(entries) == []


def test_elements_in_elements_without_end_are_held_in_bounds(tmp_path: Path) -> None:
    entries = read(
        tmp_path / "x", anthology(paper(1, "First") + ("<a b='" + "x" * 1000 + "'>") * 2000)
    )
    assert works(entries) == ["First"]
    ((line, reason),) = bad(entries)
    assert (line, absent(reason, "1 MB")) == (None, [])


def test_a_title_in_a_hundred_thousand_tags_is_read(tmp_path: Path) -> None:
    deep = "<i>" * DEEP + "Deep" + "</i>" * DEEP
    assert works(read(tmp_path / "a", dblp(article(f"{deep}.")))) == ["Deep"]
    assert works(read(tmp_path / "b", anthology(paper(1, deep)))) == ["Deep"]


ENTRY = "@book{%s, title = {A %s Title}, author = {A. B.}, year = 2000}\n"


def test_bibtex_with_much_between_entries_is_read(tmp_path: Path) -> None:
    between = (("x" * 1000) + "\n") * (2 * MAX_RECORD_BYTES // 1000)
    text = ENTRY % ("a", "First") + between + ENTRY % ("b", "Last")
    entries = read(tmp_path / "x", text.encode())
    assert works(entries) == ["A First Title", "A Last Title"]
    assert bad(entries) == []


def test_an_entry_without_end_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    endless = "@book{b, title = {" + (("x" * 1000) + "\n") * (2 * MAX_RECORD_BYTES // 1000)
    text = ENTRY % ("a", "First") + endless + ENTRY % ("c", "Last")
    entries = read(tmp_path / "x", text.encode())
    assert works(entries) == ["A First Title", "A Last Title"]
    assert [line for line, _ in bad(entries)] == [2]


def test_entries_that_wait_for_a_parent_are_held_in_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("refmatter.dumps.bibtex.MAX_WAITING", 2)
    child = "@inproceedings{c%d, title = {Child %d}, crossref = {p%d}}\n"
    text = "".join(child % (number, number, number) for number in range(4))
    text += "@proceedings{p3, title = {Parents}, year = 2001}\n"
    entries = read(tmp_path / "x", text.encode())
    assert works(entries) == ["Child 0", "Child 1", "Parents", "Child 3", "Child 2"]


def test_a_header_that_no_catalogue_of_ours_has_is_told(tmp_path: Path) -> None:
    head = {"name": "refmatter catalogue", "schema_version": 9, "columns": []}
    entries = read(tmp_path / "x", json.dumps(head).encode() + b"\n")
    ((line, reason),) = bad(entries)
    assert (line, "header" in reason) == (1, True)


def _catalogue(tmp_path: Path, change: Callable[[list[bytes]], list[bytes]]) -> list[Entry]:
    path = tmp_path / "whole"
    with path.open("wb") as out:
        FORMATS["catalog"].write(bundled(5), out)
    return read(tmp_path / "x", b"".join(change(path.read_bytes().splitlines(keepends=True))))


def test_a_catalogue_that_is_cut_short_says_so(tmp_path: Path) -> None:
    entries = _catalogue(tmp_path, lambda lines: lines[:-2])
    assert len(works(entries)) == 3
    ((line, reason),) = bad(entries)
    assert (line, "5 works" in reason, "3" in reason) == (None, True, True)


def test_a_row_that_is_none_is_told(tmp_path: Path) -> None:
    entries = _catalogue(
        tmp_path,
        lambda lines: [*lines[:2], b"[1]\n", b"x" * (MAX_RECORD_BYTES + 1) + b"\n", *lines[4:]],
    )
    assert len(works(entries)) == 3
    assert [line for line, _ in bad(entries)] == [3, 4]
    assert "longer than 4 MB" in bad(entries)[1][1]


def test_a_row_without_a_title_is_left(tmp_path: Path) -> None:
    row: list[Any] = ["", " ", [], None, None, 0, 0, [], "0" * 40, None, None, None, None]
    entries = _catalogue(tmp_path, lambda lines: [*lines[:5], json.dumps(row).encode()])
    assert len(works(entries)) == 4
    assert isinstance(entries[-1], SkippedRecord)
    assert absent(entries[-1].reason, "without a title") == []


def test_a_catalogue_with_other_columns_is_told(tmp_path: Path) -> None:
    entries = _catalogue(tmp_path, lambda lines: [lines[0].replace(b'"key",', b""), *lines[1:]])
    ((line, reason),) = bad(entries)
    assert (line, "columns" in reason) == (1, True)


HEADS = {path.name: path.read_bytes() for path in sorted(SAMPLES.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("stray", [b"}", b"}}", b"5 }", b"} }, "])
def test_a_bracket_that_closes_nothing_costs_itself_alone(tmp_path: Path, stray: bytes) -> None:
    entries = read(tmp_path / "x", b"[" + ONE + b", " + stray + b", " + LAST + b"]")
    assert works(entries) == ["The first work", "The last work"]
    reasons = [reason for _, reason in bad(entries) if "closing bracket" in reason]
    assert len(reasons) == stray.count(b"}")


@pytest.mark.parametrize(
    ("encoding", "why"),
    [
        ("cp932", "multi-byte encodings are not supported"),
        ("UTF-8M", "unknown encoding: UTF-8M"),
    ],
)
def test_an_anthology_in_an_encoding_that_cannot_be_read_is_told(
    tmp_path: Path, encoding: str, why: str
) -> None:
    content = f'<?xml version="1.0" encoding="{encoding}"?>\n<collection id="X1">\n</collection>\n'
    entries = read(tmp_path / "x", content.encode())
    ((line, reason),) = bad(entries)
    assert (line, absent(reason, "encoding", why)) == (1, [])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(HEADS)), data=st.data())
def test_no_damage_makes_a_reader_raise(name: str, data: st.DataObject, tmp_path: Path) -> None:
    whole = HEADS[name]
    position = data.draw(st.integers(0, len(whole)))
    length = data.draw(st.integers(0, 40))
    damage = data.draw(
        st.binary(max_size=40) | st.sampled_from([b"<", b"&", b'"', b"{", b"}", b"@", b"\\"])
    )
    try:
        entries = read(tmp_path / "x", whole[:position] + damage + whole[position + length :])
    except ConfigError:
        return  # nobody knows it any more
    for entry in entries:
        assert isinstance(entry, BadRecord | SkippedRecord | DumpRecord)
        if isinstance(entry, DumpRecord):
            assert entry.key
            assert entry.work.title.isprintable()


def test_each_reader_says_whose_its_data_is() -> None:
    for name, reader in READERS.items():
        assert name == reader.NAME
        assert reader.LICENCE
        assert reader.ATTRIBUTION
