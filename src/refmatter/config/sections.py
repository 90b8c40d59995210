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
from refmatter.matching.bars import DEFAULT as BARS
from refmatter.matching.bars import Bars
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


class Section(BaseModel):
    """Keys that belong together; none is taken that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Paper(Section):
    """What makes a Markdown file a paper note. One of these is enough; others are not touched."""

    tags: tuple[str, ...] = ("paper", "papers", "literature", "literature-note")
    """Tags that make a note a paper note, and what is nested in them (`paper/read`). A `type`,
    `category`, `class` or `layout` with such a value does too."""
    folders: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Folders, relative to the notes' folder, in which every note is a paper note."""
    keys: dict[str, str | tuple[str, ...]] = {}
    """Keys of the front matter with the value, or one of the values, that makes a note a paper
    note: `category: literaturenote`."""
    heading: bool = True
    """A reference list makes a note a paper note: of three items or more, half of them works,
    beside a title of four words or more."""
    fields: bool = True
    """So do a citekey, an identifier under a key of its own (`doi`, `arxiv`), two bibliographic
    values of different kinds (authors, year, venue, counts) beside a title, and four fifths of the
    keys that the paper notes of the folder have."""


class Notes(Section):
    """Which files are notes."""

    include: tuple[str, ...] = ("**/*.md",)
    """Glob patterns, relative to the notes' folder."""
    exclude: tuple[str, ...] = ()
    """Glob patterns of files to leave out. Hidden folders are never entered."""
    paper: Paper = Paper()


class References(Section):
    """How reference lists are read, and what is done with them."""

    headings: tuple[str, ...] = ("References", "Paper References")
    """Headings, of any level and case, whose lists are references."""
    create: Create = Create.NEVER
    """never; linked: references that link to a note which does not exist; all: plain ones too,
    which become links."""
    resolve: Resolve = Resolve.BATCHED
    """none; batched: reference lists and many titles a question, until OpenAlex does not list
    a title, and no one-title-at-a-time questions but for linked ones; all."""


_Key = Annotated[str, Field(min_length=1)] | Literal[False] | None


class Fields(Section):
    """The vault's own name for each field. Left out or null: learned from the notes;
    false: never written; a name: used, even where no note has it yet."""

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


class Style(Section):
    """How values are written. Whatever is left out is learned from the vault's filled notes."""

    order: tuple[str, ...] | None = None
    """Keys from first to last; others keep their place."""
    lists: Literal["block", "indented", "flow"] | None = None
    """`- a` at the key's column, `  - a`, or `[a, b]`."""
    quotes: Literal["plain", "single", "double"] | None = None
    """plain quotes only what YAML needs quoted."""
    names: Literal["first_last", "last_first"] | None = None
    """Kaitao Song, or Song, Kaitao."""
    unknown_venue: Literal["blank", "none", "omit"] | None = None
    """Where the work is known and its venue is not: blank: ''; none: null; omit: no key."""
    venues: Literal["given", "short", "long"] | None = None
    """The venue's name as the provider gives it, its short form (ICML), or its long one."""


class Service(Section):
    """A service that is asked over the network."""

    enabled: bool = True
    """Whether it may be asked."""
    base_url: Annotated[str, Field(pattern=r"^https?://[^/?#\s]+[^?#\s]*$")] | None = None
    """Scheme, host and perhaps a path prefix, to which the service's own paths are appended."""
    every: Annotated[float, Field(ge=0, le=3600)] | None = None
    """Least seconds between two requests; left out: what the service asks for."""
    key_from: str | None = None
    """The environment variable that holds your API key, if you have one."""


class Bundled(Section):
    """Works that are known without the network."""

    enabled: bool = True
    """Whether the catalogue inside the package is used."""
    path: Annotated[str, Field(min_length=1)] | None = None
    """A catalogue of your own, as `refmatter catalog build` makes it: its folder, relative to
    config.yaml. It is looked in first."""
    full: bool = False
    """Whether the catalogue at `path` has nearly every work that you might mean: a title that it
    has is then searched for nowhere else, and what it cannot settle is left to you."""


class Providers(Section):
    """The services. dblp is asked where `ladder` names it."""

    catalog: Bundled = Bundled()
    semantic_scholar: Service = Service(key_from="SEMANTIC_SCHOLAR_API_KEY")
    openalex: Service = Service(key_from="OPENALEX_API_KEY")
    crossref: Service = Service()
    arxiv: Service = Service()
    dblp: Service = Service()


_Provider = Literal["semantic_scholar", "openalex", "crossref", "arxiv", "dblp", "catalog"]
_Providers = Annotated[tuple[_Provider, ...], Field(min_length=1)] | None


class Precedence(Section):
    """Whose value is taken, field by field: the first of these that says something. Left out:
    as docs/how-it-decides.md lists it."""

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


class Step(Section):
    """A step of the ladder: a rung, and who is asked on it, in this order."""

    rung: Literal["identifier", "citing", "titles", "title", "namesakes", "lists"]
    """By identifier; the reference lists of the notes' works; many titles a request; one title
    a request; the works that share a title; the reference lists of such works."""
    ask: Annotated[
        tuple[Literal["semantic_scholar", "openalex", "crossref", "arxiv", "dblp"], ...],
        Field(min_length=1),
    ]
    """Who is asked, one after the other; on the rung title side by side."""
    own: bool = False
    """Only for works that existing notes are about."""
    enough: Annotated[int, Field(ge=1)] | None = None
    """On the rung title: so many services that do not know a title are enough for a run, and
    the next try begins with the next one. Left out: all of them are asked, side by side."""
    beside: bool = False
    """Goes out together with the step before it."""


class Cache(Section):
    """The answers of the services, kept. Deleting it costs time, never correctness."""

    dir: str | None = None
    """A folder, relative to config.yaml; left out: the user's own cache folder."""
    days: Annotated[int, Field(ge=0, le=3650)] = 30
    """How long an answer is good for."""


class RefreshAfter(Section):
    """Days after which a value is asked for again, by identifier; null: never. Only counts move."""

    citation_count: Annotated[int, Field(ge=1)] | None = 30
    reference_count: Annotated[int, Field(ge=1)] | None = 30


class MinChange(Section):
    """How far a count must have moved before a note is changed for it; both must hold."""

    absolute: Annotated[int, Field(ge=1)] = 1
    """As a number of citations or references."""
    relative: Annotated[float, Field(ge=0, le=100)] = 0.0
    """As a share of the old count: 0.05 for a twentieth."""


class Match(Section):
    """How sure a match has to be. Scores go from 0 to 1; `refmatter why` shows them. When one of
    these changes, decisions are made again from what is in the cache."""

    write: Literal["certain", "likely"] = "certain"
    """certain: what is not certain is only written where the citing list or an identifier
    confirms it, the rest waits for `refmatter review`; likely: also what first author and year
    both speak for."""
    certain: Annotated[float, Field(ge=0, le=1)] = BARS.certain
    """The least score of a title that is equal but for what copying does to one."""
    likely: Annotated[float, Field(ge=0, le=1)] = BARS.likely
    """The least score where a part is missing or a word differs."""
    gap: Annotated[float, Field(ge=0, le=1)] = BARS.gap
    """How far the best must be ahead of the next work."""
    doubtful: Annotated[float, Field(ge=0, le=1)] = BARS.doubtful
    """The least score of what is worth showing to a person."""

    def bars(self) -> Bars:
        """The same as the matcher takes it."""
        return Bars(
            certain=self.certain,
            likely=self.likely,
            gap=self.gap,
            doubtful=self.doubtful,
            write=Tier(self.write),
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


class Lint(Section):
    """What `refmatter lint` looks for."""

    disable: tuple[_RuleName, ...] = ()
    """Rules that are not looked for, as docs/lint.md names them."""


class Sections(Section):
    """All that config.yaml may say."""

    contact: str | None = None
    """An e-mail address the services may write to. It goes into the User-Agent, nowhere else."""
    notes: Notes = Notes()
    references: References = References()
    fields: Fields = Fields()
    style: Style = Style()
    providers: Providers = Providers()
    ladder: tuple[Step, ...] | None = None
    """Who is asked, and in which order; left out: as docs/architecture.md lists it."""
    precedence: Precedence = Precedence()
    prefer: Literal["published", "preprint", "first"] = "published"
    """Whose year and venue a work is given that is known as preprint and as publication."""
    match: Match = Match()
    lint: Lint = Lint()
    cache: Cache = Cache()
    ledger: str = "refmatter.lock"
    """The file that remembers which work each title is; relative to config.yaml. Commit it."""
    refresh_after: RefreshAfter = RefreshAfter()
    min_change: MinChange = MinChange()
    retry_absent_after: Annotated[int, Field(ge=1)] = 30
    """Days before a title nobody knew is asked for again; doubled with each try."""
