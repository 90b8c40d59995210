"""Every provider by name, and the order in which they are asked and believed.

`_BUILT_IN` is written by hand. Other packages add providers by entry points of the group
`refmatter.providers`: the name of the entry point is the name of the provider, and it leads to an
object, usually a module, with the members of `providers.base.Provider`. A provider is code that
the user installed; nothing is downloaded.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import NamedTuple

from refmatter.fields import LOOKED_UP, Field
from refmatter.model import Rung
from refmatter.providers import (
    arxiv,
    bundled_catalog,
    crossref,
    dblp,
    europe_pmc,
    inspire,
    open_library,
    openalex,
    semantic_scholar,
)
from refmatter.providers.base import Provider, ProviderInfo

GROUP = "refmatter.providers"
"""The group of the entry points."""
_BUILT_IN: tuple[Provider, ...] = (
    semantic_scholar, openalex, crossref, arxiv, dblp, europe_pmc, inspire, open_library,
)  # fmt: skip
_RESERVED = frozenset({*(provider.INFO.name for provider in _BUILT_IN), "catalog", "vault"})
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FUNCTIONS = ("headers", "limits", "limits_from_headers", "queries", "read", "is_cacheable")
_SERVED = (
    Rung.IDENTIFIER, Rung.CITING_REFERENCES, Rung.TITLE_BATCH, Rung.TITLE_SEARCH,
    Rung.SAME_TITLE_SEARCH, Rung.COMPARE_REFERENCES,
)  # fmt: skip
"""The rungs that a service can serve, in the order in which an added provider is asked."""


def added_providers(found: Iterable[EntryPoint]) -> tuple[dict[str, Provider], dict[str, str]]:
    """Load the providers of other packages. Return those that can be used, and what is wrong with
    the others, both by name in alphabetical order."""
    providers: dict[str, Provider] = {}
    problems: dict[str, str] = {}
    for entry in sorted(found, key=lambda entry: (entry.name, entry.value)):
        package = entry.dist.name if entry.dist else entry.value
        provider: Provider | None = None
        try:
            provider = entry.load()
        except Exception as error:  # noqa: BLE001 - code of another package may raise anything
            problem = f"{type(error).__name__}: {error}"
        else:
            problem = _problem(provider, entry.name, {*_RESERVED, *providers})
        if problem or provider is None:
            problems[entry.name] = (
                f"the provider `{entry.name}` of the package {package} cannot be used: {problem}"
            )
        else:
            providers[entry.name] = provider
    return providers, problems


def _problem(provider: object, name: str, taken: Iterable[str]) -> str:
    """Return what makes an object useless as the provider of this name; "" for nothing."""
    info = getattr(provider, "INFO", None)
    if name in taken:
        return "its name is taken"
    if not _NAME.fullmatch(name):
        return "its name is not lower case letters, digits and `_`"
    if not isinstance(info, ProviderInfo):
        return "it has no `INFO`, a refmatter.providers.base.ProviderInfo"
    if info.name != name:
        return f"`INFO.name` is `{info.name}`"
    if not info.rungs or not set(info.rungs) <= set(_SERVED) or not all(info.rungs.values()):
        return "`INFO.rungs` has no rung, an unknown rung, or one without a size"
    missing = [function for function in _FUNCTIONS if not callable(getattr(provider, function, 0))]
    return f"it has no function {', '.join(missing)}" if missing else ""


_ADDED, BROKEN = added_providers(entry_points(group=GROUP))
"""What is wrong with providers of other packages, by name. No run starts while there is one."""
PROVIDERS: Mapping[str, Provider] = MappingProxyType(
    {**{provider.INFO.name: provider for provider in _BUILT_IN}, **_ADDED}
)
"""The services that are asked over the network. The catalogue is asked by the resolve stage."""
NAMES = tuple(dict.fromkeys((*PROVIDERS, *(name for name in BROKEN if name not in _RESERVED))))
"""The names that config.yaml may use for services."""

_INFOS = sorted(
    (*(provider.INFO for provider in PROVIDERS.values()), bundled_catalog.INFO),
    key=lambda info: (info.rank, info.name),
)
RANKED = tuple(info.name for info in _INFOS)
"""The names of all providers and of the catalogue, in the order of their rank."""
PRECEDENCE: Mapping[Field, tuple[str, ...]] = MappingProxyType(
    {
        field: tuple(
            info.name
            for info in _INFOS
            if info.name in field.spec.sources
            or (info.name in _ADDED and field in info.added_fields)
        )
        for field in LOOKED_UP
    }
)
"""The providers of each field, in the order in which their values are used."""
FALLBACKS: Mapping[Field, tuple[str, ...]] = MappingProxyType(
    {
        field: tuple(info.name for info in _INFOS if info.name in field.spec.fallbacks)
        for field in LOOKED_UP
    }
)
"""The providers whose values of a field are used while one of `PRECEDENCE` cannot be asked, in
order."""

WIDE: Mapping[str, int] = MappingProxyType(
    {
        info.name: info.complete_lists[Rung.TITLE_BATCH] or sys.maxsize
        for info in _INFOS
        if info.is_comprehensive and Rung.TITLE_BATCH in info.complete_lists
    }
)
"""The services that know nearly every work of every field and list all that have a title: where
such a list has one work, the title is one work's. A list of so many works may be cut."""

ENTIRE: Mapping[str, int] = MappingProxyType(
    {
        info.name: info.complete_lists.get(Rung.SAME_TITLE_SEARCH) or 0
        for info in _INFOS
        if info.complete_lists.get(Rung.TITLE_BATCH, 0) is None
    }
)
"""The services whose answer to titles in bulk has all works of each, or is no answer, and how many
works their list of one title's namesakes has where it may be cut."""

FORGIVING = frozenset(info.name for info in _INFOS if info.forgiving_search)
"""The services whose search for one title finds more than the same words in the same order."""


def label(name: str) -> str:
    """Return a provider's name as people know it; its bare name if there is no such provider."""
    return next((info.label for info in _INFOS if info.name == name), name)


def credit_lines(names: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return the label, homepage and terms of those providers and origins of catalogues that ask
    for credit."""
    known = {info.name: (info.label, info.homepage, info.terms) for info in _INFOS if info.homepage}
    known["acl"] = ("ACL Anthology", "https://aclanthology.org/", "CC BY 4.0")
    wanted = set(names)
    return [credit for name, credit in known.items() if name in wanted]


class LadderStep(NamedTuple):
    """A rung and who serves it: one after the other, each for what is left; on the rung
    `title` side by side, each lookup with one of them at a time.

    With `notes_only` it serves only works that existing notes are about. `max_misses` is how many
    services without the title are enough for this run, in the order given (None: all are asked);
    the next try begins with the next service. With `with_previous` the step goes out together
    with the one before it. With `only_fitting` its services are asked only for works of their
    discipline, and by identifier only for what the steps before it left open.
    """

    rung: Rung
    providers: tuple[str, ...]
    notes_only: bool = False
    max_misses: int | None = None
    with_previous: bool = False
    only_fitting: bool = False


def _added_steps(providers: Mapping[str, Provider]) -> Iterator[LadderStep]:
    """Yield a step for each rung of each provider of another package."""
    infos = [provider.INFO for name, provider in providers.items() if name not in _RESERVED]
    for rung in _SERVED:
        for info in infos:
            if rung in info.rungs and info.in_default_ladder:
                yield LadderStep(rung, (info.name,))


_S2 = (semantic_scholar.INFO.name,)
_OPENALEX = (openalex.INFO.name,)
_ARXIV = (arxiv.INFO.name,)
_BY_TITLE = (*_S2, crossref.INFO.name)
_BY_IDENTIFIER = (*_S2, *_OPENALEX, crossref.INFO.name, *_ARXIV)


def _specialists(rung: Rung) -> LadderStep:
    """Return the step of the services of one discipline on a rung."""
    infos = [provider.INFO for provider in _BUILT_IN if provider.INFO.discipline]
    names = tuple(info.name for info in infos if rung in info.rungs)
    notes_only = rung is Rung.TITLE_SEARCH
    return LadderStep(rung, names, notes_only=notes_only, only_fitting=True)


_BUILT_IN_LADDER = (
    LadderStep(Rung.IDENTIFIER, _BY_IDENTIFIER),
    _specialists(Rung.IDENTIFIER),
    LadderStep(Rung.CITING_REFERENCES, _S2),
    LadderStep(Rung.TITLE_BATCH, _OPENALEX, notes_only=True),
    LadderStep(Rung.IDENTIFIER, _S2),
    LadderStep(Rung.CITING_REFERENCES, _S2),
    LadderStep(Rung.TITLE_BATCH, _S2, notes_only=True),
    LadderStep(Rung.TITLE_BATCH, _ARXIV, notes_only=True),
    LadderStep(Rung.TITLE_SEARCH, _BY_TITLE, notes_only=True, max_misses=1, with_previous=True),
    _specialists(Rung.TITLE_SEARCH),
    LadderStep(Rung.COMPARE_REFERENCES, (*_S2, *_OPENALEX)),
    LadderStep(Rung.SAME_TITLE_SEARCH, _S2),
    LadderStep(Rung.COMPARE_REFERENCES, (*_S2, *_OPENALEX)),
    LadderStep(Rung.CITING_REFERENCES, _S2),
    LadderStep(Rung.TITLE_BATCH, _OPENALEX),
    LadderStep(Rung.TITLE_BATCH, _S2),
    LadderStep(Rung.TITLE_BATCH, _ARXIV),
    LadderStep(Rung.TITLE_SEARCH, _BY_TITLE, max_misses=1, with_previous=True),
    LadderStep(Rung.CITING_REFERENCES, _OPENALEX, with_previous=True),
    _specialists(Rung.CITING_REFERENCES),
    LadderStep(Rung.SAME_TITLE_SEARCH, _S2),
    LadderStep(Rung.CITING_REFERENCES, _S2),
    LadderStep(Rung.IDENTIFIER, _BY_IDENTIFIER),
)
LADDER: tuple[LadderStep, ...] = (
    *_BUILT_IN_LADDER[:-1], *_added_steps(PROVIDERS), _BUILT_IN_LADDER[-1],
    _specialists(Rung.IDENTIFIER),
)  # fmt: skip
"""The rungs that cost requests, from the cheapest to the dearest. The notes' own titles go
before those of their references: a note's work found brings its whole bibliography by
`citing_references`, with the best evidence there is, and leaves few titles to be asked for. Of
those that several works have, `compare_references` asks which one cites what the note lists, and
again for the works that only `same_title_search` brought. Identifier comes again for the ids found
on the way, so that all counts come from one provider.

OpenAlex knows what Crossref does, and Semantic Scholar what DBLP does, so one of them that does
not know a title is `max_misses` for a run; Crossref is asked where Semantic Scholar cannot be.
Services of one discipline are asked where the vault or the note shows it, for what the others left
open. Providers of other packages come after these, before identifier comes for the last time."""
