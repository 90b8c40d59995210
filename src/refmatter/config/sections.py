"""The sections of config.yaml: every key, its values, its default, and what it means.

A text below a key is what the schema and the documentation say of it.
"""

from __future__ import annotations

import difflib
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from refmatter import model
from refmatter.lint.rules import RULES
from refmatter.matching.thresholds import DEFAULT as BARS
from refmatter.matching.thresholds import Thresholds
from refmatter.model import Tier


class Create(StrEnum):
    """Which references get a note of their own."""

    NEVER = "never"
    LINKED = "linked"
    ALL = "all"


class Resolve(StrEnum):
    """How far the titles of plain references climb."""

    NONE = "none"
    BATCHED = "batched"
    ALL = "all"


class SettingsSection(BaseModel):
    """Keys that belong together; none is taken that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PaperSettings(SettingsSection):
    """The signs of a paper note. One is enough; files without a sign are not changed."""

    tags: tuple[str, ...] = ("paper", "papers", "literature", "literature-note")
    """Tags of paper notes, including nested ones (`paper/read`). A `type`, `category`, `class` or
    `layout` with such a value is a sign too."""
    folders: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Folders in which every note is a paper note, relative to the notes' folder."""
    keys: dict[str, str | tuple[str, ...]] = {}
    """Front matter keys, each with the value or values that mark a paper note: `category:
    literaturenote`."""
    heading: bool = True
    """Whether a reference list of three items or more, half of them works, is a sign beside a title
    of four words or more."""
    fields: bool = True
    """Whether these are signs: a citekey; an identifier under a key of its scheme (`doi`, `arxiv`);
    a title and two bibliographic values of different kinds (authors, year, venue, counts); four
    fifths of the keys that the paper notes of the folder have."""


class NotesSettings(SettingsSection):
    """Which files are notes."""

    include: tuple[str, ...] = ("**/*.md",)
    """Glob patterns, relative to the notes' folder."""
    exclude: tuple[str, ...] = ()
    """Glob patterns of files to leave out. Hidden folders are never entered."""
    paper: PaperSettings = PaperSettings()


class ReferenceSettings(SettingsSection):
    """How reference lists are read, and what is done with them."""

    headings: tuple[str, ...] = ("References", "Paper References")
    """Headings of reference lists, of any level and case."""
    create: Create = Create.NEVER
    """never: make no notes; linked: make notes for links to missing notes; all: also for plain
    references, which become links."""
    resolve: Resolve = Resolve.BATCHED
    """none; batched: use reference lists and requests for many titles, stop if OpenAlex does not
    list a title, and make requests for one title only for linked references; all: make every
    request."""


_Key = Annotated[str, Field(min_length=1)] | Literal[False] | None


class FieldSettings(SettingsSection):
    """Your key for each field. Left out or null: learned from the notes and templates, and written
    only if they use it; false: never written; a name: always used, even if no note has it yet."""

    title: _Key = None
    authors: _Key = None
    year: _Key = None
    venue: _Key = None
    citation_count: _Key = None
    reference_count: _Key = None
    fields_of_study: _Key = None
    key: _Key = None

    def names(self) -> dict[model.Field, str | Literal[False]]:
        """What the user said, by field."""
        pairs = ((f, getattr(self, f.value)) for f in model.Field)
        return {f: name for f, name in pairs if name is not None}


class StyleSettings(SettingsSection):
    """How values are written. Keys that are left out are learned from your filled notes."""

    order: tuple[str, ...] | None = None
    """The order of keys; other keys keep their place."""
    lists: Literal["block", "indented", "flow"] | None = None
    """`- a` at the key's column, `  - a`, or `[a, b]`."""
    quotes: Literal["plain", "single", "double"] | None = None
    """plain: only the quotes that YAML needs."""
    names: Literal["first_last", "last_first"] | None = None
    """Kaitao Song, or Song, Kaitao."""
    unknown_venue: Literal["blank", "none", "omit"] | None = None
    """If the work has no known venue: blank writes '', none writes null, omit writes no key."""
    venues: Literal["given", "short", "long"] | None = None
    """The venue's name as the provider gives it, its short form (ICML), or its long one."""


class ServiceSettings(SettingsSection):
    """A service that is asked over the network."""

    enabled: bool = True
    """Whether to use the service."""
    base_url: Annotated[str, Field(pattern=r"^https?://[^/?#\s]+[^?#\s]*$")] | None = None
    """Scheme, host and an optional path prefix; the service's own paths are appended."""
    min_interval_seconds: Annotated[float, Field(ge=0, le=3600)] | None = None
    """Minimum seconds between two requests; left out: the service's own limit."""
    api_key_env: str | None = None
    """The environment variable that holds your API key, if you have one."""


class CatalogSettings(SettingsSection):
    """Works that are known without the network."""

    enabled: bool = True
    """Whether to use the catalogue in the package."""
    path: Annotated[str, Field(min_length=1)] | None = None
    """The folder of a catalogue of your own, made by `refmatter catalog build`, relative to
    config.yaml. It is searched first."""
    authoritative: bool = False
    """Whether the catalogue at `path` has nearly every work that you might mean. Its titles are
    then searched nowhere else, and ambiguous ones are left to you."""


class ProviderSettings(SettingsSection):
    """The services. dblp is used only if `ladder` names it."""

    catalog: CatalogSettings = CatalogSettings()
    semantic_scholar: ServiceSettings = ServiceSettings(api_key_env="SEMANTIC_SCHOLAR_API_KEY")
    openalex: ServiceSettings = ServiceSettings(api_key_env="OPENALEX_API_KEY")
    crossref: ServiceSettings = ServiceSettings()
    arxiv: ServiceSettings = ServiceSettings()
    dblp: ServiceSettings = ServiceSettings()


_Provider = Literal["semantic_scholar", "openalex", "crossref", "arxiv", "dblp", "catalog"]
_Providers = Annotated[tuple[_Provider, ...], Field(min_length=1)] | None


class PrecedenceSettings(SettingsSection):
    """The order of services and catalogue for each field: the first one with a value is used. Left
    out: the order in docs/how-it-decides.md."""

    authors: _Providers = None
    year: _Providers = None
    venue: _Providers = None
    citation_count: _Providers = None
    reference_count: _Providers = None
    fields_of_study: _Providers = None

    def said(self) -> dict[model.Field, tuple[str, ...]]:
        """What the user said, by field."""
        pairs = ((f, getattr(self, f.value)) for f in model.LOOKED_UP)
        return {f: names for f, names in pairs if names is not None}


class StepSettings(SettingsSection):
    """A step of the ladder: a rung, and its services in order."""

    rung: Literal["identifier", "citing", "titles", "title", "namesakes", "lists"]
    """By identifier; the reference lists of the notes' works; many titles a request; one title
    a request; the works that share a title; the reference lists of such works."""
    ask: Annotated[
        tuple[Literal["semantic_scholar", "openalex", "crossref", "arxiv", "dblp"], ...],
        Field(min_length=1),
    ]
    """The services, one after the other; in parallel on the rung title."""
    notes_only: bool = False
    """Only for works that existing notes are about."""
    max_misses: Annotated[int, Field(ge=1)] | None = None
    """On the rung title: stop after this number of services without the title, and begin the next
    try with the next service. Left out: ask all of them, in parallel."""
    with_previous: bool = False
    """Whether it runs together with the previous step."""


class CacheSettings(SettingsSection):
    """The cache of the services' answers. Deleting it costs time only."""

    dir: str | None = None
    """Its folder, relative to config.yaml; left out: your user cache folder."""
    max_age_days: Annotated[int, Field(ge=0, le=3650)] = 30
    """Days for which an answer is used."""


class RefreshAfterDays(SettingsSection):
    """Days after which a count is refreshed, by identifier; null: never."""

    citation_count: Annotated[int, Field(ge=1)] | None = 30
    reference_count: Annotated[int, Field(ge=1)] | None = 30


class MinChange(SettingsSection):
    """The minimum change of a count for which a note is changed; both conditions must hold."""

    absolute: Annotated[int, Field(ge=1)] = 1
    """In citations or references."""
    relative: Annotated[float, Field(ge=0, le=100)] = 0.0
    """As a share of the old count: 0.05 for a twentieth."""


class MatchSettings(SettingsSection):
    """Thresholds of the matcher. Scores go from 0 to 1; `refmatter why` shows them. If you change
    one, the next run repeats the decisions from the cached answers."""

    auto_write: Literal["certain", "likely"] = "certain"
    """certain: write certain matches, and likely ones that an identifier or a reference list
    confirms; likely: also likely ones that both first author and year support. The others wait for
    `refmatter review`."""
    certain_threshold: Annotated[float, Field(ge=0, le=1)] = BARS.certain_threshold
    """Minimum score if the titles are equal or differ only in forgiven ways."""
    likely_threshold: Annotated[float, Field(ge=0, le=1)] = BARS.likely_threshold
    """Minimum score if a part is missing or a word differs."""
    min_margin: Annotated[float, Field(ge=0, le=1)] = BARS.min_margin
    """Minimum distance between the best and the next work."""
    review_threshold: Annotated[float, Field(ge=0, le=1)] = BARS.review_threshold
    """Minimum score of a candidate that is shown to you."""

    def bars(self) -> Thresholds:
        """The same as the matcher takes it."""
        return Thresholds(
            certain_threshold=self.certain_threshold,
            likely_threshold=self.likely_threshold,
            min_margin=self.min_margin,
            review_threshold=self.review_threshold,
            auto_write=Tier(self.auto_write),
        )


def _rule(name: str) -> str:
    """The name of a rule of `refmatter lint`, if it is one."""
    if name not in RULES:
        near = difflib.get_close_matches(name, RULES, n=1, cutoff=0.5)
        way_out = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(RULES)}"
        raise PydanticCustomError(
            "unknown_rule", "unknown rule `{name}`; {way_out}", {"name": name, "way_out": way_out}
        )
    return name


_RuleName = Annotated[str, AfterValidator(_rule), Field(json_schema_extra={"enum": list(RULES)})]


class LintSettings(SettingsSection):
    """The rules of `refmatter lint`."""

    disable: tuple[_RuleName, ...] = ()
    """Rules to disable, by their names in docs/lint.md."""


class Settings(SettingsSection):
    """All that config.yaml may say."""

    contact: str | None = None
    """An e-mail address where the services can reach you. It is sent in the User-Agent only."""
    notes: NotesSettings = NotesSettings()
    references: ReferenceSettings = ReferenceSettings()
    fields: FieldSettings = FieldSettings()
    style: StyleSettings = StyleSettings()
    providers: ProviderSettings = ProviderSettings()
    ladder: tuple[StepSettings, ...] | None = None
    """The services and their order; left out: the ladder in docs/architecture.md."""
    precedence: PrecedenceSettings = PrecedenceSettings()
    prefer: Literal["published", "preprint", "first"] = "published"
    """Which year and venue to use if a work has a preprint and a publication."""
    match: MatchSettings = MatchSettings()
    lint: LintSettings = LintSettings()
    cache: CacheSettings = CacheSettings()
    ledger: str = "refmatter.lock"
    """The ledger: decisions and the origin of values; relative to config.yaml. Commit it."""
    refresh_after_days: RefreshAfterDays = RefreshAfterDays()
    min_change: MinChange = MinChange()
    retry_not_found_after_days: Annotated[int, Field(ge=1)] = 30
    """Days before a title that was not found or ambiguous is retried; doubled with each try."""
