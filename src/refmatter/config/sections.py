"""The sections of config.yaml: every key, its values, its default, and what it means.

A text below a key is what the schema and the documentation say of it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, TypeVar

import pydantic
from pydantic import AfterValidator, BaseModel, ConfigDict, create_model
from pydantic_core import PydanticCustomError

from refmatter.fields import LOOKED_UP, Field
from refmatter.lint.rules import RULES
from refmatter.matching.thresholds import DEFAULT as BARS
from refmatter.matching.thresholds import Thresholds
from refmatter.model import Tier
from refmatter.people import NameForm
from refmatter.registry import NAMES, PROVIDERS


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


_Section = TypeVar("_Section", bound=SettingsSection)


def _keyed(
    keys: Mapping[Field, tuple[Any, object]],
) -> Callable[[type[_Section]], type[_Section]]:
    """Return a decorator that gives a section a key for each field: its type and its default."""
    by_name: dict[str, Any] = {field.value: key for field, key in keys.items()}

    def decorated(section: type[_Section]) -> type[_Section]:
        return create_model(
            section.__name__,
            __base__=section,
            __doc__=section.__doc__,
            __module__=section.__module__,
            **by_name,
        )

    return decorated


class PaperSettings(SettingsSection):
    """The signs of a paper note. One is enough; files without a sign are not changed."""

    tags: tuple[str, ...] = ("paper", "papers", "literature", "literature-note")
    """Tags of paper notes, including nested ones (`paper/read`). A `type`, `category`, `class` or
    `layout` with such a value is a sign too."""
    folders: tuple[Annotated[str, pydantic.Field(min_length=1)], ...] = ()
    """Folders in which every note is a paper note, relative to the notes' folder."""
    files: tuple[Annotated[str, pydantic.Field(min_length=1)], ...] = ()
    """Glob patterns of files that are paper notes, even without front matter: `Papers/**`."""
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

    include: tuple[str, ...] = ("**/*.md", "**/*.markdown")
    """Glob patterns, relative to the notes' folder."""
    exclude: tuple[str, ...] = ()
    """Glob patterns of files to leave out. Hidden folders are never entered."""
    paper: PaperSettings = PaperSettings()


class ReferenceSettings(SettingsSection):
    """How reference lists are read, and what is done with them."""

    headings: tuple[str, ...] = ()
    """More headings of reference lists, of any level and case; a new note has the first. Known
    without it: References, Bibliography, Works Cited and the like, in many languages."""
    create: Create = Create.NEVER
    """never: make no notes; linked: make notes for links to missing notes; all: also for plain
    references, which become links."""
    resolve: Resolve = Resolve.BATCHED
    """none; batched: use reference lists and requests for many titles, stop if OpenAlex does not
    list a title, and make requests for one title only for linked references; all: make every
    request."""


_Key = Annotated[str, pydantic.Field(min_length=1)] | Literal[False] | None


@_keyed(dict.fromkeys(Field, (_Key, None)))
class FieldSettings(SettingsSection):
    """Your key for each field. Left out or null: learned from the notes and templates, and written
    only if they use it; false: never written; a name: always used, even if no note has it yet."""

    def key_for(self, field: Field) -> str | None:
        """Return the key that a field is given; None where it is learned or never written."""
        return getattr(self, field.value) or None

    def by_field(self) -> dict[Field, str | Literal[False]]:
        """Return the keys that are set, by field."""
        return {field: key for field in Field if (key := getattr(self, field.value)) is not None}


class StyleSettings(SettingsSection):
    """How values are written. Keys that are left out are learned from your filled notes."""

    order: tuple[str, ...] | None = None
    """The order of keys; other keys keep their place."""
    lists: Literal["block", "indented", "flow"] | None = None
    """`- a` at the key's column, `  - a`, or `[a, b]`."""
    quotes: Literal["plain", "single", "double"] | None = None
    """plain: only the quotes that YAML needs."""
    names: NameForm | None = None
    """Kaitao Song; Song, Kaitao; K. Song; Song, K.; Song K; or Song."""
    unknown_venue: Literal["blank", "none", "omit"] | None = None
    """If the work has no known venue: blank writes '', none writes null, omit writes no key."""
    venues: Literal["given", "short", "long"] | None = None
    """The venue's name as the provider gives it, its short form (ICML), or its long one."""


class ServiceSettings(SettingsSection):
    """A service that is asked over the network."""

    enabled: bool = True
    """Whether to use the service."""
    base_url: Annotated[str, pydantic.Field(pattern=r"^https?://[^/?#\s]+[^?#\s]*$")] | None = None
    """Scheme, host and an optional path prefix; the service's own paths are appended."""
    min_interval_seconds: Annotated[float, pydantic.Field(ge=0, le=3600)] | None = None
    """Minimum seconds between two requests; left out: the service's own limit."""
    api_key_env: str | None = None
    """The environment variable that holds your API key, if you have one."""


class CatalogSettings(SettingsSection):
    """Works that are known without the network."""

    enabled: bool = True
    """Whether to use the catalogue in the package."""
    path: Annotated[str, pydantic.Field(min_length=1)] | None = None
    """The folder of a catalogue of your own, made by `refmatter catalog build`, relative to
    config.yaml. It is searched first."""
    authoritative: bool = False
    """Whether the catalogue at `path` has nearly every work that you might mean. Its titles are
    then searched nowhere else, and ambiguous ones are left to you."""


class _CatalogOnly(SettingsSection):
    catalog: CatalogSettings = CatalogSettings()


def _service(name: str) -> ServiceSettings:
    """Return the default settings of a service."""
    known = PROVIDERS.get(name)
    return ServiceSettings(api_key_env=known.INFO.api_key_env if known else None)


if TYPE_CHECKING:
    ProviderSettings: TypeAlias = _CatalogOnly
else:
    ProviderSettings = create_model(
        "ProviderSettings",
        __base__=_CatalogOnly,
        __doc__="The services. dblp is used only if `ladder` names it.",
        **{name: (ServiceSettings, _service(name)) for name in NAMES},
    )


def _one_of(known: Sequence[str]) -> AfterValidator:
    """Return a validator that takes these names only."""

    def check(name: str) -> str:
        if name not in known:
            raise PydanticCustomError(
                "unknown_provider", "should be one of {known}", {"known": ", ".join(known)}
            )
        return name

    return AfterValidator(check)


_Service = Annotated[str, _one_of(NAMES), pydantic.Field(json_schema_extra={"enum": list(NAMES)})]
_Provider = Annotated[
    str,
    _one_of((*NAMES, "catalog")),
    pydantic.Field(json_schema_extra={"enum": [*NAMES, "catalog"]}),
]
_Providers = Annotated[tuple[_Provider, ...], pydantic.Field(min_length=1)] | None


@_keyed(dict.fromkeys(LOOKED_UP, (_Providers, None)))
class PrecedenceSettings(SettingsSection):
    """The order of services and catalogue for each field: the first one with a value is used. Left
    out: the order in docs/how-it-decides.md."""

    def by_field(self) -> dict[Field, tuple[str, ...]]:
        """Return the orders that are set, by field."""
        orders = {field: getattr(self, field.value) for field in LOOKED_UP}
        return {field: order for field, order in orders.items() if order is not None}


class StepSettings(SettingsSection):
    """A step of the ladder: a rung, and its services in order."""

    rung: Literal[
        "identifier",
        "citing_references",
        "title_batch",
        "title_search",
        "same_title_search",
        "compare_references",
    ]
    """By identifier; the reference lists of the notes' works; many titles a request; one title
    a request; the works that share a title; the reference lists of such works."""
    ask: Annotated[tuple[_Service, ...], pydantic.Field(min_length=1)]
    """The services, one after the other; in parallel on the rung title_search."""
    notes_only: bool = False
    """Only for works that existing notes are about."""
    max_misses: Annotated[int, pydantic.Field(ge=1)] | None = None
    """On the rung title_search: stop after this number of services without the title, and begin
    the next try with the next service. Left out: ask all of them, in parallel."""
    with_previous: bool = False
    """Whether it runs together with the previous step."""
    only_fitting: bool = False
    """Ask services of one discipline only about its works: where the note has such an identifier,
    or a fifth of the notes shows the discipline. By identifier they are asked only for what is
    still missing."""


class CacheSettings(SettingsSection):
    """The cache of the services' answers. Deleting it costs time only."""

    dir: str | None = None
    """Its folder, relative to config.yaml; left out: your user cache folder."""
    max_age_days: Annotated[int, pydantic.Field(ge=0, le=3650)] = 30
    """Days for which an answer is used."""


_Days = Annotated[int, pydantic.Field(ge=1)]
_REFRESHED = tuple(field for field in Field if field.spec.refreshed)


@_keyed(dict.fromkeys(_REFRESHED, (_Days | None, 30)))
class RefreshSettings(SettingsSection):
    """Days after which a count is refreshed, by identifier; null: never."""

    def by_field(self) -> dict[Field, int]:
        """Return the days by field, without the fields that are never refreshed."""
        days = {field: getattr(self, field.value) for field in _REFRESHED}
        return {field: limit for field, limit in days.items() if limit is not None}


class MinChange(SettingsSection):
    """The minimum change of a count for which a note is changed; both conditions must hold."""

    absolute: Annotated[int, pydantic.Field(ge=1)] = 1
    """In citations or references."""
    relative: Annotated[float, pydantic.Field(ge=0, le=100)] = 0.0
    """As a share of the old count: 0.05 for a twentieth."""


class MatchSettings(SettingsSection):
    """Thresholds of the matcher. Scores go from 0 to 1; `refmatter why` shows them. If you change
    one, the next run repeats the decisions from the cached answers."""

    auto_write: Literal["certain", "likely"] = "certain"
    """certain: write certain matches, and likely ones that an identifier or a reference list
    confirms; likely: also likely ones that both first author and year support. The others wait for
    `refmatter review`."""
    certain_threshold: Annotated[float, pydantic.Field(ge=0, le=1)] = BARS.certain_threshold
    """Minimum score if the titles are equal or differ only in forgiven ways."""
    likely_threshold: Annotated[float, pydantic.Field(ge=0, le=1)] = BARS.likely_threshold
    """Minimum score if a part is missing or a word differs."""
    min_margin: Annotated[float, pydantic.Field(ge=0, le=1)] = BARS.min_margin
    """Minimum distance between the best and the next work."""
    review_threshold: Annotated[float, pydantic.Field(ge=0, le=1)] = BARS.review_threshold
    """Minimum score of a candidate that is shown to you."""

    def thresholds(self) -> Thresholds:
        """Return the thresholds as the matcher takes them."""
        return Thresholds(
            certain_threshold=self.certain_threshold,
            likely_threshold=self.likely_threshold,
            min_margin=self.min_margin,
            review_threshold=self.review_threshold,
            auto_write=Tier(self.auto_write),
        )


def _rule(name: str) -> str:
    """Return the name of a rule of `refmatter lint`. Raises an error for any other name."""
    if name not in RULES:
        near = difflib.get_close_matches(name, RULES, n=1, cutoff=0.5)
        way_out = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(RULES)}"
        raise PydanticCustomError(
            "unknown_rule", "unknown rule `{name}`; {way_out}", {"name": name, "way_out": way_out}
        )
    return name


_RuleName = Annotated[
    str, AfterValidator(_rule), pydantic.Field(json_schema_extra={"enum": list(RULES)})
]


class LintSettings(SettingsSection):
    """The rules of `refmatter lint`."""

    disable: tuple[_RuleName, ...] = ()
    """Rules to disable, by their names in docs/lint.md."""


class VaultSettings(SettingsSection):
    """The sections about the notes of a vault: which they are, their reference lists, their keys,
    and how values are written."""

    notes: NotesSettings = NotesSettings()
    references: ReferenceSettings = ReferenceSettings()
    fields: FieldSettings = FieldSettings()
    style: StyleSettings = StyleSettings()


class Settings(SettingsSection):
    """All that config.yaml may say."""

    contact: str | None = None
    """An e-mail address where the services can reach you. It is sent in the User-Agent,
    and to Crossref as a parameter. An example, such as `you@example.org`, is refused."""
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
    refresh_after_days: RefreshSettings = RefreshSettings()
    min_change: MinChange = MinChange()
    retry_not_found_after_days: Annotated[int, pydantic.Field(ge=1)] = 30
    """Days before a title that was not found or ambiguous is retried; doubled with each try."""

    @property
    def vault(self) -> VaultSettings:
        """Return the sections about notes."""
        return VaultSettings(
            notes=self.notes, references=self.references, fields=self.fields, style=self.style
        )
