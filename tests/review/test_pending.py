from pathlib import Path, PurePosixPath

from refmatter.config.loading import load
from refmatter.review.pending import PendingTitles, TitlePlace, pending_titles, place_names
from refmatter.stages.learn import read_vault
from refmatter.stages.plan import plan
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine
from refmatter.titles import title_key
from reviewing import doubtful
from support import absent, key_of, vault

BARE = "---\ntitle: {}\ntags:\n- paper\n---\n{}"


def docket_of(folder: Path, *lines: LedgerLine, only: str = "") -> PendingTitles:
    config = load(None)
    scanned = read_vault(folder, config.vault)
    return pending_titles(
        Ledger(lines),
        plan(scanned, config.settings.references),
        scanned,
        lambda path: str(path).startswith(only),
    )


def of_note(title: str, path: str, **more: object) -> LedgerLine:
    return doubtful(title, None, key=f"{title_key(title)}@{path}", **more)


def places(*told: str) -> tuple[TitlePlace, ...]:
    parts = [each.partition(":") for each in told]
    return tuple(
        TitlePlace(PurePosixPath(path), int(line) if line else None) for path, _, line in parts
    )


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
    lines = [doubtful(title) for title in ("Once", "Twice", "Other", "Own")]
    own = [of_note("Other", "b.md"), of_note("Own", "a.md")]
    found = docket_of(notes, *lines, *own)
    assert [(case.line.key, case.places) for case in found.doubtful] == [
        (key_of("other@b.md"), places("b.md", "a.md:11")),
        (key_of("own@a.md"), places("a.md", "b.md:10")),
        (key_of("twice"), places("a.md:10", "b.md:9")),
        (key_of("once"), places("a.md:9")),
    ]
    assert found.doubtful[0].candidates == doubtful("Other").candidates
    assert (found.ruled, found.unnamed) == ((), 0)


def test_what_no_note_names_is_left_out_and_counted(tmp_path: Path) -> None:
    notes = vault(tmp_path, {"a.md": BARE.format("Own", "")})
    gone = doubtful("Gone", verdict="unmatched")
    others = doubtful("Forgotten"), doubtful("Own"), of_note("Own", "gone.md", hints="else")
    found = docket_of(notes, of_note("Own", "a.md"), *others, gone)
    assert [case.line.key for case in found.doubtful] == [key_of("own@a.md")]
    assert found.unnamed == 3


def test_only_what_stands_in_the_notes_that_are_meant(tmp_path: Path) -> None:
    notes = vault(
        tmp_path,
        {
            "a.md": BARE.format("Own", "\n## References\n\n- Shared\n"),
            "b.md": BARE.format("Other", "\n## References\n\n- Shared\n"),
        },
    )
    lines = of_note("Own", "a.md"), of_note("Other", "b.md"), doubtful("Shared")
    found = docket_of(notes, *lines, only="b")
    assert [case.line.title for case in found.doubtful] == ["Other", "Shared"]
    assert found.doubtful[1].places == places("a.md:9", "b.md:9")


def test_rulings_are_listed_even_where_no_note_names_them_any_more(tmp_path: Path) -> None:
    notes = vault(tmp_path, {"a.md": BARE.format("Own", "")})
    lines = [of_note("Own", "a.md", verdict="ruled"), doubtful("Gone", verdict="ruled")]
    found = docket_of(notes, *lines, doubtful("Settled", verdict="accepted"))
    assert [(case.line.title, case.places) for case in found.ruled] == [
        ("Gone", ()),
        ("Own", places("a.md")),
    ]
    assert found.doubtful == ()


def test_notes_of_one_title_are_one_case_where_they_say_the_same(tmp_path: Path) -> None:
    front = "---\ntitle: Own\n{}tags: [paper]\n---\n{}"
    listed = "- Own\n- Own https://doi.org/10.1000/c\n- [How they call it](a.md)\n"
    notes = vault(
        tmp_path,
        {
            "a.md": front.format("doi: 10.1000/a\n", ""),
            "b.md": front.format("", ""),
            "c.md": front.format("", ""),
            "d.md": front.format("year: 2001\n", ""),
            "e.md": "---\ntitle: Citing\ntags: [paper]\n---\n\n## References\n\n" + listed,
        },
    )
    says = {"a": "named", "b": "", "c": "", "d": "dated"}
    lines = [of_note("Own", f"{name}.md", hints=hints) for name, hints in says.items()]
    plain, carrying = doubtful("Own", hints=""), doubtful("Own", key="own#doi:10.1000/c", hints="")
    found = docket_of(notes, *lines, plain, carrying)
    assert {case.line.key: case.places for case in found.doubtful} == {
        key_of("own@a.md"): places("a.md", "e.md:10"),
        key_of("own@b.md"): places("b.md", "c.md", "e.md:8"),
        key_of("own@d.md"): places("d.md"),
        key_of("own#doi:10.1000/c"): places("e.md:9"),
    }


def test_what_has_no_letters_is_nobodys_title(tmp_path: Path) -> None:
    notes = vault(
        tmp_path,
        {
            "a.md": BARE.format("'???'", "\n## References\n\n- Own\n- '!!!'\n"),
            "b.md": BARE.format("Own", ""),
        },
    )
    found = docket_of(notes, doubtful("Own"), of_note("Own", "b.md"))
    assert [case.places for case in found.doubtful] == [places("b.md", "a.md:9")]


def test_where_a_title_stands() -> None:
    places = [
        TitlePlace(PurePosixPath("own.md")),
        *(TitlePlace(PurePosixPath("a.md"), n) for n in (1, 2)),
    ]
    own, *others = place_names(places, 3)
    assert absent(own, "own.md", "title") == []
    assert others == ["a.md:1", "a.md:2"]
    first, rest = place_names(places, 1)
    assert first == own
    assert absent(rest, 2) == []
