"""config.yaml -> a frozen Config; the only place where the environment is read.

An unknown key, or a value of the wrong kind, is a ConfigError that names the file, the line
and the nearest key that exists.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from platformdirs import user_cache_path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError
from yaml.constructor import SafeConstructor

from refmatter import model
from refmatter.errors import ConfigError
from refmatter.lint.rules import RULES
from refmatter.matching.bars import DEFAULT as BARS
from refmatter.matching.bars import Bars
from refmatter.model import Tier
from refmatter.nodes import Bounds, Unbearable, composed

FILE_NAME = "config.yaml"

_BOUNDS = Bounds(letters=1_000_000, depth=20, values=100_000)


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


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Paper(_Section):
    """What makes a Markdown file a paper note. One of these is enough; others are not touched."""

    tags: tuple[str, ...] = ("paper",)
    """Tags that make a note a paper note."""
    heading: bool = True
    """A References heading makes a note a paper note."""
    fields: bool = True
    """A key of the schema (authors, year, venue, counts, …; the title alone is not enough)."""


class Notes(_Section):
    """Which files are notes."""

    include: tuple[str, ...] = ("**/*.md",)
    """Glob patterns, relative to the notes' folder."""
    exclude: tuple[str, ...] = ()
    """Glob patterns of files to leave out. Hidden folders are never entered."""
    paper: Paper = Paper()


class References(_Section):
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


class Fields(_Section):
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


class Style(_Section):
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


class Service(_Section):
    """A service that is asked over the network."""

    enabled: bool = True
    """Whether it may be asked."""
    base_url: Annotated[str, Field(pattern=r"^https?://[^/?#\s]+[^?#\s]*$")] | None = None
    """Scheme, host and perhaps a path prefix, to which the service's own paths are appended."""
    every: Annotated[float, Field(ge=0, le=3600)] | None = None
    """Least seconds between two requests; left out: what the service asks for."""
    key_from: str | None = None
    """The environment variable that holds your API key, if you have one."""


class Bundled(_Section):
    """Works that are known without the network."""

    enabled: bool = True
    """Whether the catalogue inside the package is used."""
    path: Annotated[str, Field(min_length=1)] | None = None
    """A catalogue of your own, as `refmatter catalog build` makes it: its folder, relative to
    config.yaml. It is looked in first."""


class Providers(_Section):
    """The services. dblp is asked where `ladder` names it."""

    catalog: Bundled = Bundled()
    semantic_scholar: Service = Service(key_from="SEMANTIC_SCHOLAR_API_KEY")
    openalex: Service = Service(key_from="OPENALEX_API_KEY")
    crossref: Service = Service()
    arxiv: Service = Service()
    dblp: Service = Service()


_Provider = Literal["semantic_scholar", "openalex", "crossref", "arxiv", "dblp", "catalog", "vault"]
_Providers = Annotated[tuple[_Provider, ...], Field(min_length=1)] | None


class Precedence(_Section):
    """Whose value is taken, field by field: the first of these that says something. `vault` is
    another note on the same work. Left out: as docs/how-it-decides.md lists it."""

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


class Step(_Section):
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


class Cache(_Section):
    """The answers of the services, kept. Deleting it costs time, never correctness."""

    dir: str | None = None
    """A folder, relative to config.yaml; left out: the user's own cache folder."""
    days: Annotated[int, Field(ge=0, le=3650)] = 30
    """How long an answer is good for."""


class RefreshAfter(_Section):
    """Days after which a value is asked for again, by identifier; null: never. Only counts move."""

    citation_count: Annotated[int, Field(ge=1)] | None = 30
    reference_count: Annotated[int, Field(ge=1)] | None = 30


class MinChange(_Section):
    """How far a count must have moved before a note is changed for it; both must hold."""

    absolute: Annotated[int, Field(ge=1)] = 1
    """As a number of citations or references."""
    relative: Annotated[float, Field(ge=0, le=100)] = 0.0
    """As a share of the old count: 0.05 for a twentieth."""


class Match(_Section):
    """How sure a match has to be. Scores go from 0 to 1; `refmatter why` shows them. When one of
    these changes, decisions are made again from what is in the cache."""

    write: Literal["certain", "likely"] = "certain"
    """certain: what is not certain is only written where the citing list or an identifier
    confirms it, the rest waits for `refmatter review`; likely: all that is accepted."""
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


class Lint(_Section):
    """What `refmatter lint` looks for."""

    disable: tuple[_RuleName, ...] = ()
    """Rules that are not looked for, as docs/lint.md names them."""


class _File(_Section):
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


@dataclass(frozen=True, slots=True)
class Config:
    """What config.yaml says, with its defaults, and where it stands (None: no file)."""

    file: Path | None
    said: _File

    def beside(self, root: Path) -> Path:
        """The folder that relative paths in config.yaml start from; `root` where there is none."""
        return self.file.parent if self.file else root

    def ledger_path(self, root: Path) -> Path:
        """Where the ledger is."""
        return self.beside(root) / self.said.ledger

    def cache_path(self, root: Path) -> Path:
        """Where the answers are kept."""
        chosen = self.said.cache.dir
        return self.beside(root) / chosen if chosen else user_cache_path("refmatter")

    def catalog_path(self, root: Path) -> Path | None:
        """Where the user's own catalogue is; None where there is none."""
        chosen = self.said.providers.catalog.path
        return self.beside(root) / chosen if chosen else None

    def creating(self, create: str) -> Config:
        """The same, but for which references get a note."""
        references = self.said.references.model_copy(update={"create": Create(create)})
        return replace(self, said=self.said.model_copy(update={"references": references}))

    def shown(self) -> str:
        """All that is in force, as YAML; of keys only whether they are set."""
        text = yaml.safe_dump(self.said.model_dump(mode="json"), sort_keys=False)
        lines = [f"# from {self.file}" if self.file else "# no config.yaml: the defaults"]
        for name in type(self.said.providers).model_fields:
            service = getattr(self.said.providers, name)
            if isinstance(service, Service) and service.key_from:
                state = "is set" if self.api_key(name) else "is not set"
                lines.append(f"# {service.key_from} {state}")
        return "\n".join([*lines, text])

    def service(self, name: str) -> Service:
        """What is said of a service, by its name."""
        chosen: Service = getattr(self.said.providers, name)
        return chosen

    def api_key(self, name: str) -> str | None:
        """The user's key for a service, from the environment."""
        variable = self.service(name).key_from
        return (os.environ.get(variable, "").strip() or None) if variable else None


def schema() -> dict[str, Any]:
    """The JSON Schema of config.yaml."""
    said = _File.model_json_schema()
    return said | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "refmatter's config.yaml",
    }


def looks_ours(file: Path) -> bool:
    """Whether a config.yaml that nobody named is refmatter's: it says so in its first line, or
    has a key of ours at the top. Other programs use that name too."""
    try:
        lines = _text(file).splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    keys = {line.partition(":")[0].strip() for line in lines if ":" in line and line[0] != " "}
    return "refmatter" in "".join(lines[:1]) or bool(keys & _File.model_fields.keys())


def _text(file: Path) -> str:
    """What the file says; of one that is too large only so much that it shows. Raises OSError,
    UnicodeDecodeError."""
    with file.open("rb") as opened:
        return opened.read(_BOUNDS.letters + 1).decode("utf-8-sig")


def load(file: Path | None) -> Config:
    """Read config.yaml; the defaults where there is none. Raises ConfigError."""
    if file is None:
        return Config(None, _File())
    try:
        tree = composed(_text(file), _BOUNDS)
        said = SafeConstructor().construct_document(tree) if tree else None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: is no UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    except Unbearable as error:
        where = f"{file}:{error.line}" if error.line else f"{file}"
        raise ConfigError(f"{where}: {error.reason}") from error
    except (yaml.MarkedYAMLError, ValueError, ArithmeticError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{file}:{mark.line + 1}" if mark else f"{file}"
        problem = getattr(error, "problem", None) or error
        raise ConfigError(f"{where}: is not readable YAML: {problem}") from error
    if said is None:
        said = {}
    if not isinstance(said, Mapping):
        raise ConfigError(f"{file}:1: should be keys and values, such as `contact: me@example.org`")
    try:
        return Config(file.resolve(), _File.model_validate(_sections(said)))
    except ValidationError as error:
        raise ConfigError("\n".join(_complaints(file, tree, error))) from error


def _sections(said: Mapping[str, Any]) -> dict[str, Any]:
    """Without the sections whose every line is commented out, which YAML reads as null."""
    sections = {name for name, each in _File.model_fields.items() if _is_section(each.annotation)}
    kept = {k: v for k, v in said.items() if not (v is None and k in sections)}
    providers = kept.get("providers")
    if isinstance(providers, Mapping):
        kept["providers"] = {k: v for k, v in providers.items() if v is not None}
        for name, default in Providers():
            mine = kept["providers"].get(name)
            if isinstance(mine, Mapping) and isinstance(default, Service):
                kept["providers"][name] = {"key_from": default.key_from} | dict(mine)
    return kept


def _is_section(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, _Section)


def _complaints(file: Path, tree: yaml.Node | None, error: ValidationError) -> list[str]:
    said = []
    for each in error.errors():
        path = list(each["loc"])
        line, path = _found(tree, path)
        name = ".".join(str(part) for part in path)
        if each["type"] == "extra_forbidden":
            near = difflib.get_close_matches(str(path[-1]), _known(path[:-1]), n=1, cutoff=0.5)
            way_out = f"; did you mean `{near[0]}`?" if near else f"; known: {_listed(path[:-1])}"
            said.append(f"{file}:{line}: unknown key `{name}`{way_out}")
        else:
            said.append(f"{file}:{line}: `{name}`: {_plainly(each)}")
    return list(dict.fromkeys(said))


def _plainly(error: Mapping[str, Any]) -> str:
    """What pydantic says, without its own nouns."""
    if error["type"] == "model_type":
        return "should be keys and values, each on a line below it"
    return str(error["msg"]).removeprefix("Input ")


def _known(path: Sequence[str | int]) -> list[str]:
    kind: Any = _File
    for part in path:
        kind = kind.model_fields[part].annotation
    return list(kind.model_fields)


def _listed(path: Sequence[str | int]) -> str:
    return ", ".join(_known(path))


def _found(node: yaml.Node | None, path: list[str | int]) -> tuple[int, list[str | int]]:
    """The line of the key that the path leads to, and as much of the path as is in the file."""
    line = 1
    for depth, part in enumerate(path):
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if k.value == part]
            if not found:
                return line, path[: depth + 1]
            line, node = found[-1][0].start_mark.line + 1, found[-1][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line, path[:depth]
    return line, path
