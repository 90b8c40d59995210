from pathlib import Path, PurePosixPath

from refmatter.config.reading import load
from refmatter.ledger import Ledger, Line
from refmatter.review.cases import Docket, Stand, docket, standing
from refmatter.stages.plan import plan
from refmatter.stages.scan import scan
from reviewing import doubtful
from support import vault

BARE = "---\ntitle: {}\ntags:\n- paper\n---\n{}"


def docket_of(folder: Path, *lines: Line, only: str = "") -> Docket:
    config = load(None)
    scanned = scan(folder, config)
    return docket(
        Ledger(lines), plan(scanned, config), scanned, lambda path: str(path).startswith(only)
    )


def stands(*told: str) -> tuple[Stand, ...]:
    parts = [each.partition(":") for each in told]
    return tuple(Stand(PurePosixPath(path), int(line) if line else None) for path, _, line in parts)


def test_notes_own_titles_come_first_then_what_is_cited_most(tmp_path: Path) -> None:
    notes = vault(
        tmp_path,
        {
            "a.md": BARE.format(
                "Own", "# Own\n\n## References\n- Once\n- Twice\n- Other\n- Once\n"
            ),
            "b.md": BARE.format("Other", "\n## References\n\n- [Twice](./c.md)\n- Own\n"),
        },
    )
    found = docket_of(
        notes, doubtful("Once"), doubtful("Twice"), doubtful("Other"), doubtful("Own")
    )
    assert [(case.line.title, case.stands) for case in found.doubtful] == [
        ("Other", stands("b.md", "a.md:11")),
        ("Own", stands("a.md", "b.md:10")),
        ("Twice", stands("a.md:10", "b.md:9")),
        ("Once", stands("a.md:9")),
    ]
    assert found.doubtful[0].candidates == doubtful("Other").rivals
    assert (found.ruled, found.unnamed) == ((), 0)


def test_what_no_note_names_is_left_out_and_counted(tmp_path: Path) -> None:
    notes = vault(tmp_path, {"a.md": BARE.format("Own", "")})
    gone = doubtful("Gone", verdict="unmatched")
    found = docket_of(notes, doubtful("Own"), doubtful("Forgotten"), gone)
    assert [case.line.title for case in found.doubtful] == ["Own"]
    assert found.unnamed == 1


def test_only_what_stands_in_the_notes_that_are_meant(tmp_path: Path) -> None:
    notes = vault(
        tmp_path,
        {
            "a.md": BARE.format("Own", "\n## References\n\n- Shared\n"),
            "b.md": BARE.format("Other", "\n## References\n\n- Shared\n"),
        },
    )
    lines = doubtful("Own"), doubtful("Other"), doubtful("Shared")
    found = docket_of(notes, *lines, only="b")
    assert [case.line.title for case in found.doubtful] == ["Other", "Shared"]
    assert found.doubtful[1].stands == stands("a.md:9", "b.md:9")


def test_rulings_are_listed_even_where_no_note_names_them_any_more(tmp_path: Path) -> None:
    notes = vault(tmp_path, {"a.md": BARE.format("Own", "")})
    lines = [doubtful(title, verdict="ruled") for title in ("Own", "Gone")]
    found = docket_of(notes, *lines, doubtful("Settled", verdict="accepted"))
    assert [(case.line.title, case.stands) for case in found.ruled] == [
        ("Gone", ()),
        ("Own", stands("a.md")),
    ]
    assert found.doubtful == ()


def test_works_of_one_title_are_told_apart_by_what_their_notes_say(tmp_path: Path) -> None:
    notes = vault(
        tmp_path,
        {
            "a.md": "---\ntitle: Own\ndoi: 10.1000/a\ntags: [paper]\n---\n",
            "b.md": "---\ntitle: Own\ndoi: 10.1000/b\ntags: [paper]\n---\n",
        },
    )
    found = docket_of(notes, doubtful("Own", key="own@doi:10.1000/b"))
    assert [case.stands for case in found.doubtful] == [stands("b.md")]


def test_what_has_no_letters_is_nobodys_title(tmp_path: Path) -> None:
    notes = vault(
        tmp_path,
        {
            "a.md": BARE.format("'???'", "\n## References\n\n- Own\n- '!!!'\n"),
            "b.md": BARE.format("Own", ""),
        },
    )
    found = docket_of(notes, doubtful("Own"))
    assert [case.stands for case in found.doubtful] == [stands("b.md", "a.md:9")]


def test_where_a_title_stands() -> None:
    stands = [Stand(PurePosixPath("own.md")), *(Stand(PurePosixPath("a.md"), n) for n in (1, 2))]
    assert standing(stands, 3) == ["own.md (its own title)", "a.md:1", "a.md:2"]
    assert standing(stands, 1) == ["own.md (its own title)", "and 2 more"]
