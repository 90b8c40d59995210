import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from refmatter.fields import Field
from refmatter.matching.plausibility import COUNTED, is_preprint_server, plausible
from refmatter.model import Identifiers, Remark, RemarkKind, Work

SOUND = Work(
    title="Attention Is All You Need",
    authors=("Ashish Vaswani", "I. Polosukhin", "Amit K. Roy-Chowdhury", "Karel van der Berg"),
    year=2017,
    venue="NIPS",
    other_venues=("Neural Information Processing Systems", "31st NIPS, December 4-9"),
    citation_count=0,
    reference_count=COUNTED,
    fields_of_study=("Computer Science", "Mathematics"),
    identifiers=Identifiers(arxiv="1706.03762", dblp="conf/nips/VaswaniSPUJGKP17"),
)


def changed(**said: object) -> tuple[dict[str, object], tuple[Remark, ...]]:
    """What becomes of the fields set, and the remarks on it. Nothing else may change."""
    work = replace(SOUND, **said)
    result, remarks = plausible(work, latest=2027)
    assert (result is work) == (not remarks)
    fields = {name: getattr(result, name) for name in said}
    assert result == replace(work, **fields)
    return fields, remarks


@pytest.mark.parametrize(
    "work",
    [
        SOUND,
        Work("Untold"),
        Work(""),
        replace(SOUND, venue=""),
        replace(SOUND, venue="Science & Engineering"),
        replace(SOUND, authors=("NVIDIA",)),
        replace(SOUND, authors=("Wei Wang", "Kun Xu", "Kun Xu", "D. R. Cox")),
        replace(SOUND, authors=("Ahmet Alacaoglu", "Thomas More", "Sheetal Agarwal")),
        replace(SOUND, authors=("Eric H. Nyberg 3rd", "ACL 2025", "’t Hooft", "조혜린")),
    ],
)
def test_a_sound_record_comes_back_as_it_is(work: Work) -> None:
    result, remarks = plausible(work, latest=2027)
    assert result is work
    assert remarks == ()


@pytest.mark.parametrize(
    "mark",
    [
        "et al", "et al.", "Et Al.", "et. al", "[et al.]", "et alii", "others", "Others",
        "and others",
        "AND OTHERS", "& others", "...", "…", "and 12 others", "12 more", "more authors",
        "12 more authors", "Golub Gene H. Et.Al", "J. Smith et al.", "J. Smith, et al", "J. Smith…",
        "J. Smith ...", "J. Smith and others", "et al. 0001",
    ],
)  # fmt: skip
def test_a_list_that_is_cut_short_is_left_out(mark: str) -> None:
    fields, (remark,) = changed(authors=("Ann Adams", mark))
    assert fields == {"authors": None}
    assert remark == Remark(RemarkKind.CUT_AUTHORS, Field.AUTHORS, mark.removesuffix(" 0001"))


@pytest.mark.parametrize(
    ("said", "meant", "remarks"),
    [
        ((), None, [(RemarkKind.NO_AUTHORS, "")]),
        (("",), None, [(RemarkKind.IMPOSSIBLE_NAME, "")]),
        (("Ann Adams", "-", "—"), None, [(RemarkKind.IMPOSSIBLE_NAME, "-")]),
        (("Ann Adams", "../../../etc/passwd"), None,
         [(RemarkKind.IMPOSSIBLE_NAME, "../../../etc/passwd")]),
        (("T. Munich", "H Germany"), None, [(RemarkKind.IMPOSSIBLE_NAME, "H Germany")]),
        (("Ann Adams", "John Smith &amp; Co. GmbH"), None,
         [(RemarkKind.MARKUP, "John Smith &amp; Co. GmbH"),
          (RemarkKind.IMPOSSIBLE_NAME, "John Smith & Co. GmbH")]),
        (("Wei Wang 0001", "Ann Adams", "Wei Wang 0002"), ("Wei Wang", "Ann Adams", "Wei Wang"),
         [(RemarkKind.AUTHOR_NUMBER, "Wei Wang 0001")]),
        (("Ann Adams", "Wei Wang 0001 0002"), ("Ann Adams", "Wei Wang"),
         [(RemarkKind.AUTHOR_NUMBER, "Wei Wang 0001 0002")]),
        (("S. Shelah", "S. Shelah"), ("S. Shelah",), [(RemarkKind.REPEATED_AUTHORS, "S. Shelah")]),
        (("A. B", "C. D", "A. B", "C. D"), ("A. B", "C. D"),
         [(RemarkKind.REPEATED_AUTHORS, "A. B")]),
        (("JOHN SMITH", "NVIDIA"), ("John Smith", "NVIDIA"), [(RemarkKind.CAPITALS, "JOHN SMITH")]),
        (("Hale KULA", "Zülbiye KAÇAY"), ("Hale Kula", "Zülbiye Kaçay"),
         [(RemarkKind.CAPITALS, "Hale KULA")]),
        ((" Ann  Adams", 'H\\"older'), ("Ann Adams", "Hölder"),
         [(RemarkKind.MARKUP, " Ann  Adams"), (RemarkKind.MARKUP, 'H\\"older')]),
        (("Ann Adams", "<b></b>"), None,
         [(RemarkKind.MARKUP, "<b></b>"), (RemarkKind.IMPOSSIBLE_NAME, "")]),
    ],
)  # fmt: skip
def test_authors(said: object, meant: object, remarks: list[tuple[RemarkKind, str]]) -> None:
    expected = tuple(Remark(kind, Field.AUTHORS, value) for kind, value in remarks)
    assert changed(authors=said) == ({"authors": meant}, expected)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Proc. of A &amp; B", "Proc. of A & B"),
        ("A &amp;amp;amp; B", "A & B"),
        ("<i>Nature</i>", "Nature"),
        ("Na\u202eture\x00", "Nature"),
        ("Nature\n ", "Nature"),
        ("<jats:title/>", ""),
        (" ", ""),
        ("1929-2014", None),
        ("2017", None),
        ("pp. 1-10", None),
        ("vol. 12, no. 3, pp. 1–10", None),
        ("Pages 3998 – 4007", None),
        ("—", None),
        ("http://isrctn.org/>", None),
        ("www.example.org", None),
        ("attention is all  you need", None),
    ],
)
def test_a_venue_that_is_none_is_left_out(said: str, meant: str | None) -> None:
    fields, remarks = changed(venue=said)
    assert fields == {"venue": meant}
    assert remarks


@pytest.mark.parametrize(
    "venue",
    ["W4A", "I3D '01", "L@S", "23andMe", "P2P", "NO Conference", "Pagesmith", "3DV 2017", "数学",
     "Workshop, http://example.org", "Attention"],
)  # fmt: skip
def test_a_venue_with_figures_is_one(venue: str) -> None:
    assert changed(venue=venue) == ({"venue": venue}, ())


@pytest.mark.parametrize(
    ("venue", "kind", "value"),
    [
        ("2017", RemarkKind.IMPOSSIBLE_VENUE, "2017"),
        (SOUND.title, RemarkKind.TITLE_AS_VENUE, SOUND.title),
        ("www." + "x" * 99, RemarkKind.IMPOSSIBLE_VENUE, f"www.{'x' * 76}…"),
        ("\ud800", RemarkKind.MARKUP, "\\ud800"),
    ],
)
def test_the_remark_on_a_venue_has_its_first_letters(
    venue: str, kind: RemarkKind, value: str
) -> None:
    assert changed(venue=venue)[1] == (Remark(kind, Field.VENUE, value),)


def test_other_venues_are_names_and_stand_there_once() -> None:
    said = ("", "A &amp; B", "A & B", "2017", "https://example.org")
    fields, remarks = changed(other_venues=said)
    assert fields == {"other_venues": ("A & B",)}
    assert [(remark.kind, remark.field) for remark in remarks] == [
        (RemarkKind.MARKUP, Field.VENUE),
        (RemarkKind.IMPOSSIBLE_OTHER_VENUES, Field.VENUE),
    ]


def test_a_title_is_cleaned_and_never_lost() -> None:
    assert changed(title="On $\\omega$-Limits &amp; <i>all</i>")[0] == {
        "title": "On ω-Limits & all"
    }
    assert changed(title="<i></i>") == ({"title": "<i></i>"}, ())


LONG = "x" * 1_000_000


@pytest.mark.parametrize(
    ("field", "said", "meant", "kind"),
    [
        ("authors", ("Ada One", LONG), None, RemarkKind.IMPOSSIBLE_NAME),
        ("venue", LONG, None, RemarkKind.IMPOSSIBLE_VENUE),
        ("other_venues", ("ICML", LONG), ("ICML",), RemarkKind.IMPOSSIBLE_OTHER_VENUES),
        ("fields_of_study", ("Art", LONG), ("Art",), RemarkKind.IMPOSSIBLE_FIELDS),
        ("fields_of_study", (LONG,), None, RemarkKind.IMPOSSIBLE_FIELDS),
    ],
)
def test_what_is_too_long_is_no_name(
    field: str, said: object, meant: object, kind: RemarkKind
) -> None:
    fields, (remark,) = changed(**{field: said})
    assert fields == {field: meant}
    assert (remark.kind, remark.value) == (kind, f"{'x' * 80}…")


def test_a_list_of_too_many_authors_is_left_out() -> None:
    remark = Remark(RemarkKind.TOO_MANY_AUTHORS, Field.AUTHORS, "20001")
    assert changed(authors=("Ada One",) * 20_001) == ({"authors": None}, (remark,))


def test_what_is_escaped_without_end_is_undone_in_time() -> None:
    fields, _ = changed(title="A &" + "amp;" * 2000 + f"B&#{'9' * 5000};")
    assert str(fields["title"]).startswith("A amp;amp;")


@pytest.mark.parametrize("field", ["citation_count", "reference_count"])
def test_counts_that_cannot_be_are_left_out(field: str) -> None:
    for count in (-1, COUNTED + 1):
        remark = Remark(RemarkKind.IMPOSSIBLE_COUNT, Field(field), str(count))
        assert changed(**{field: count}) == ({field: None}, (remark,))


@pytest.mark.parametrize(
    ("said", "meant"),
    [((), None), (("",), None), (("Physics", "", "Physics"), ("Physics",))],
)
def test_fields_of_study_say_something_and_once(said: object, meant: object) -> None:
    remark = Remark(RemarkKind.IMPOSSIBLE_FIELDS, Field.FIELDS_OF_STUDY)
    assert changed(fields_of_study=said) == ({"fields_of_study": meant}, (remark,))


def before(year: int, identifier: str, own: int) -> Remark:
    kind = RemarkKind.YEAR_BEFORE_IDENTIFIER
    return Remark(kind, Field.YEAR, str(year), other=str(own), identifier=identifier)


def test_a_year_before_the_works_identifiers_is_left_out() -> None:
    assert changed(year=1905) == ({"year": None}, (before(1905, "arXiv 1706.03762", 2017),))
    impossible = Remark(RemarkKind.IMPOSSIBLE_YEAR, Field.YEAR, "2028")
    assert changed(year=2028) == ({"year": None}, (impossible,))
    assert changed(year=None) == ({"year": None}, ())
    assert plausible(replace(SOUND, year=2028))[1] == ()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"venue": "J. Artif. Intell. Res."}, True),
        ({"venue": ""}, False),
        ({"venue": None}, False),
        ({"venue": "ArXiv"}, False),
        ({"venue": "ArXiv", "preprint": False}, True),
        ({"venue": "J. Artif. Intell. Res.", "preprint": True}, False),
        ({"venue": "pp. 321-357"}, False),
        ({"identifiers": Identifiers(arxiv="1106.1813", doi="10.1613/jair.953")}, True),
        ({"identifiers": Identifiers(doi="10.48550/arXiv.1106.1813")}, False),
    ],
)  # fmt: skip
def test_what_was_published_may_be_older_than_its_posting(
    said: dict[str, object], kept: bool
) -> None:
    # SMOTE appeared in 2002; its journal posted all of its volumes in 2011.
    smote = Work("SMOTE", year=2002, identifiers=Identifiers(arxiv="1106.1813"))
    result, remarks = plausible(replace(smote, **said))
    assert (result.year == 2002) is kept
    assert (before(2002, "arXiv 1106.1813", 2011) in remarks) is not kept


@pytest.mark.parametrize(
    "venue",
    [
        "arXiv", "ArXiv", "arXiv.org", "arXiv (Cornell University)", "arXiv: Learning",
        "arXiv preprint arXiv:1706.03762", "Preprint, arXiv", "arXiv e-prints", " <i>arXiv</i>",
        "CoRR", "CoRR abs/1706.03762", "CoRR, abs/1706.03762", "Computing Research Repository",
        "bioRxiv", "bioRxiv (Cold Spring Harbor Laboratory)", "medRxiv", "ChemRxiv", "PsyArXiv",
        "TechRxiv", "engrXiv", "SocArXiv", "AgriXiv", "viXra", "SSRN", "SSRN Electronic Journal",
        "Social Science Research Network", "Research Square", "Research Square (Research Square)",
        "Preprints.org", "Preprints", "PeerJ PrePrints", "OSF Preprints", "OpenReview",
        "OpenReview Archive", "HAL", "HAL (Le Centre pour la Communication Scientifique Directe)",
        "Zenodo", "Authorea", "IACR Cryptology ePrint Archive", "IACR Cryptol. ePrint Arch.",
    ],
)  # fmt: skip
def test_servers_of_preprints(venue: str) -> None:
    assert is_preprint_server(venue)


@pytest.mark.parametrize(
    "venue",
    [
        "", "NIPS", "Correspondence", "Corr. Sci.", "CoRR Workshop",
        "Proceedings XIV Brazilian Symposium on Computer Graphics", "LXXXIV Congress",
        "Preprints of the 18th IFAC World Congress", "HAL 9000 Workshop", "Halcyon", "Cryptologia",
        "Nature", "Open Research Europe", "ICML Workshop on arXiv data",
    ],
)  # fmt: skip
def test_venues_that_publish(venue: str) -> None:
    assert not is_preprint_server(venue)


PIECES = st.sampled_from(
    ["&amp;", "&lt;i&gt;", "<i>", "</i>", "\\'e", "{", "}", "\\", " ", "\u202e", "\x00", "\ud800",
     "et al.", " and others", "…", "Usa", "../", "University", "SMITH", "JOHN", "De",
     " 0001", "arXiv", "2017", "pp.", "A", "İ", "von", ", ", "-", "ß", "…"],
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=6).map("".join) | st.text(max_size=12)
LISTS = st.lists(TEXTS, max_size=4).map(tuple)
IDENTIFIERS = st.builds(
    Identifiers,
    doi=st.none() | TEXTS | st.sampled_from(["10.1109/cvpr.2016.90", "10.48550/arxiv.1106.1813"]),
    arxiv=st.none() | TEXTS | st.sampled_from(["2010.11929", "math/9901123"]),
    acl=st.none() | TEXTS | st.sampled_from(["2020.acl-main.3", "P19-1001"]),
    dblp=st.none() | TEXTS | st.sampled_from(["conf/nips/X17", "journals/corr/abs-1706-03762"]),
)
COUNTS = st.none() | st.integers(-3, 3) | st.integers()
WORKS = st.builds(
    Work,
    title=TEXTS,
    authors=st.none() | LISTS,
    year=st.none() | st.integers(1990, 2030) | st.integers(),
    venue=st.none() | TEXTS,
    other_venues=LISTS,
    citation_count=COUNTS,
    reference_count=COUNTS,
    fields_of_study=st.none() | LISTS,
    identifiers=IDENTIFIERS,
    preprint=st.none() | st.booleans(),
)


@given(WORKS, st.none() | st.integers(2000, 2030))
def test_once_is_enough_and_every_change_is_told(work: Work, latest: int | None) -> None:
    result, remarks = plausible(work, latest)
    assert plausible(result, latest) == (result, ())
    assert (result is work) == (not remarks)
    assert (result == work) == (not remarks)
    assert all(remark.value.isprintable() for remark in remarks)
    assert result.identifiers is work.identifiers
    assert result.preprint is work.preprint


@given(WORKS)
def test_nothing_is_made_up(work: Work) -> None:
    result, _ = plausible(work)
    assert result.year in (work.year, None)
    assert result.citation_count in (work.citation_count, None)
    assert result.reference_count in (work.reference_count, None)
    assert len(result.authors or ()) <= len(work.authors or ())
    assert len(result.other_venues) <= len(work.other_venues)
    assert len(result.fields_of_study or ()) <= len(work.fields_of_study or ())
    assert work.authors is not None or result.authors is None
    assert work.venue is not None or result.venue is None
    assert bool(result.title) == bool(work.title)
    assert () not in (result.authors, result.fields_of_study)
