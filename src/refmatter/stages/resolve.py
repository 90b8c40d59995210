"""Lookups -> Resolutions, rung by rung; the one stage that touches the network.

Each rung is climbed by all the lookups that are left, at once, so that one request can serve
hundreds. What a rung settles does not climb on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate
from pathlib import PurePosixPath
from typing import Protocol
from zlib import crc32

from refmatter.config import Config, Resolve
from refmatter.ledger import Ledger
from refmatter.matching.precedence import DEFAULT, Rule
from refmatter.model import (
    Accepted,
    Ambiguous,
    Candidate,
    Failure,
    Field,
    Identifiers,
    Lookup,
    Note,
    Query,
    Resolution,
    Rung,
    Work,
)
from refmatter.notes import conventions
from refmatter.providers.base import Provider, Reading
from refmatter.registry import Step
from refmatter.stages.climb import Climb
from refmatter.stages.lane import Lane, Sender, run, shared_out
from refmatter.stages.plan import Plan
from refmatter.stages.scan import Vault
from refmatter.titles import title_key, words


class Shelf(Protocol):
    """The bundled catalogue, as far as this stage uses it."""

    @property
    def date(self) -> str:
        """The day its values were fetched, ISO."""

    def by_title(self, title_key: str) -> tuple[Work, ...]:
        """The works of that title."""

    def by_identifiers(self, identifiers: Identifiers) -> tuple[Work, ...]:
        """The works of that name."""


class Progress(Protocol):
    """Somebody who is told how the run gets on."""

    def start(self, rung: Rung, provider: str, lookups: int) -> None:
        """A rung begins, for so many lookups."""

    def advance(self, provider: str, lookups: int) -> None:
        """So many of those that a provider was asked for are answered."""


class Silent:
    """Nobody is told."""

    def start(self, rung: Rung, provider: str, lookups: int) -> None:
        """Say nothing."""

    def advance(self, provider: str, lookups: int) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class World:
    """Everybody a lookup can be asked of, and the day it is.

    `catalog` opens the catalogue when it is first needed; `clients` has a client for each
    service that is enabled, `paces` the least seconds between two requests to it. `refresh`
    asks again for what is settled; `rule` says whose values count, `budget` how many
    requests may go into renewing what is settled.
    """

    ledger: Ledger
    catalog: Callable[[], Shelf] | None
    catalog_date: str
    providers: Mapping[str, Provider]
    clients: Mapping[str, Sender]
    ladder: Sequence[Step]
    today: date
    paces: Mapping[str, float] = field(default_factory=dict)
    rule: Rule = DEFAULT
    budget: int | None = None
    refresh: bool = False
    progress: Progress = field(default_factory=Silent)


def resolve(plan: Plan, vault: Vault, config: Config, world: World) -> dict[str, Resolution]:
    """Climb the ladder with every lookup of the plan; resolutions by lookup key."""
    return _Expedition(plan, vault, config, world).climb()


class _Expedition:
    """All lookups of a run on their way up."""

    def __init__(self, plan: Plan, vault: Vault, config: Config, world: World) -> None:
        self.plan = plan
        self.config = config
        self.world = world
        self.manner = vault.conventions
        self.budget = world.budget or 0
        self.notes = {note.path: note for note in vault.notes}
        retry = None if world.refresh else config.said.retry_absent_after
        self.climbs = {
            lookup.key: Climb.start(lookup, world.ledger, world.today, retry)
            for lookup in plan.lookups
        }
        for each in self.climbs.values():
            each.rule = world.rule

    def climb(self) -> dict[str, Resolution]:
        self._ask_vault()
        self._ask_catalog()
        for step in self.world.ladder:
            self._step(step)
        return {key: climb.resolution() for key, climb in self.climbs.items()}

    def _open(self) -> list[Climb]:
        return [climb for climb in self.climbs.values() if not climb.settled]

    # -- rungs that cost nothing ------------------------------------------------------------

    def _ask_vault(self) -> None:
        """Another note of the vault is that work and already has the fields."""
        for climb in self._open():
            if climb.lookup.wanted and len(climb.lookup.notes) > 1:
                for path in climb.lookup.notes:
                    if path in self.notes and (work := _told(self.notes[path], self.manner)):
                        climb.candidates.append(Candidate(work, "vault", Rung.VAULT, ""))

    def _ask_catalog(self) -> None:
        question = f"catalog/{self.world.catalog_date}"
        for climb in self._open():
            if self.world.catalog is not None and question not in climb.asked:
                shelf = self.world.catalog()
                works = dict.fromkeys(
                    (
                        *shelf.by_identifiers(climb.lookup.hints.identifiers),
                        *shelf.by_title(title_key(climb.lookup.title)),
                    )
                )
                found = [Candidate(work, "catalog", Rung.CATALOG, shelf.date) for work in works]
                climb.answered(question, found)
            if climb.candidates:
                climb.decide()
                climb.learned |= climb.settled

    # -- rungs that cost requests -----------------------------------------------------------

    def _step(self, step: Step) -> None:
        """One step of the ladder: provider after provider, each for what the ones before it
        left open; but one-title questions go out to all of them side by side."""
        names = [name for name in step.providers if name in self.world.clients]
        if step.rung is Rung.TITLE:
            orders = {each.key: self._order(each, names) for each in self._askers(step, names)}
            for turn in range(len(names)):
                left = self._askers(step, names)
                self._ask(step.rung, shared_out(left, lambda each: orders[each.key], turn))
            return
        for name in names:
            lookups = self._parents() if step.rung is Rung.CITING else self._askers(step, [name])
            if step.rung is Rung.TITLES:
                # Short titles stand in many longer ones, and an answer holds only so many
                # works: kept together they spoil few questions.
                lookups = sorted(lookups, key=lambda each: -len(words(each.title).split()))
            if step.rung is Rung.IDENTIFIER and self.world.budget is not None:
                lookups = self._within_budget(name, lookups)
            if step.rung is Rung.NAMESAKES:
                lookups = [spelt for each in lookups for spelt in _spelt(each)]
            self._ask(step.rung, {name: lookups})

    def _within_budget(self, name: str, lookups: Sequence[Lookup]) -> list[Lookup]:
        """All that is wanted for the first time, and of what is only to be renewed the oldest,
        as many as the requests that are left for it carry."""
        renewed: list[Lookup] = []
        others: list[Lookup] = []
        for each in lookups:
            (renewed if self._to_refresh(self.climbs[each.key]) else others).append(each)
        renewed.sort(key=lambda each: (self.climbs[each.key].counted_on, each.key))
        size = self.world.providers[name].RUNGS[Rung.IDENTIFIER][0]
        chosen = renewed[: self.budget * size]
        self.budget -= -(-len(chosen) // size)
        return [*others, *chosen]

    def _askers(self, step: Step, names: Sequence[str]) -> list[Lookup]:
        """The lookups that want to ask one of these providers."""
        wants = {
            Rung.IDENTIFIER: self._wants_identifier,
            Rung.TITLES: self._wants_titles,
            Rung.TITLE: self._wants_title,
            Rung.NAMESAKES: self._wants_namesakes,
        }[step.rung]
        if step.rung is Rung.IDENTIFIER and names[0] != step.providers[0]:
            wants = self._wants_more
        climbs = (each for each in self.climbs.values() if self._is_own(each) or not step.own)
        return [_as_known(each) for each in climbs if any(wants(each, name) for name in names)]

    def _order(self, lookup: Lookup, names: Sequence[str]) -> list[str]:
        """The providers in the order in which a title asks them: a turn of one wheel, begun at
        a place of the title's own. So all lanes have work from the start, each as much as its
        pace allows, and a title asks the same providers whatever else a run holds."""
        wheel = [name for name in names if self._wants_title(self.climbs[lookup.key], name)]
        speeds = [1 / max(self.world.paces.get(name, 1.0), 0.01) for name in wheel]
        place = crc32(lookup.key.encode()) / 2**32 * sum(speeds)
        ends = accumulate(speeds)
        start = next((index for index, end in enumerate(ends) if place < end), 0)
        return wheel[start:] + wheel[:start]

    def _ask(self, rung: Rung, shares: Mapping[str, Sequence[Lookup]]) -> None:
        """Ask every provider for its share, and take in what comes, in whichever order."""
        lanes = [
            Lane(self.world.providers[name], self.world.clients[name], rung, lookups)
            for name, lookups in shares.items()
            if lookups
        ]
        for lane in lanes:
            self.world.progress.start(rung, lane.provider.NAME, len(lane.lookups))
        for said in run(lanes):
            if isinstance(said.reading, Failure):
                self._fail(said.query, said.reading)
            elif rung is Rung.CITING:
                self._hand_down(said.query, said.reading, said.fetched)
            else:
                self._hand_out(said.query, said.reading, said.fetched)
            self.world.progress.advance(said.query.provider, len(said.query.about))

    def _fail(self, query: Query, failure: Failure) -> None:
        for lookup in query.about:
            if query.rung is Rung.CITING:
                for climb in self._children(lookup):
                    climb.failures.append(failure)
            else:
                climb = self.climbs[lookup.key]
                climb.failures.append(failure)
                if query.rung is Rung.NAMESAKES and len(words(lookup.title).split()) < 5:
                    climb.unproven = True  # a long title is probably one work's alone
                    climb.decide()

    def _hand_out(self, query: Query, said: Reading, fetched: str) -> None:
        question = f"{query.provider}/{query.rung}"
        for lookup in query.about:
            climb = self.climbs[lookup.key]
            works = said.get(lookup.key, ())
            found = [Candidate(work, query.provider, query.rung, fetched) for work in works]
            climb.answered(question, found)
            climb.decide()

    def _hand_down(self, query: Query, said: Reading, fetched: str) -> None:
        """Give the works of a reference list to the lookups that the citing note names."""
        for parent in query.about:
            listed: dict[str, list[Work]] = {}
            for work in said.get(parent.key, ()):
                listed.setdefault(title_key(work.title), []).append(work)
            for path in parent.notes:
                for climb in self._named_in(path):
                    works = listed.get(title_key(climb.lookup.title), ())
                    climb.answered(
                        _citing(parent),
                        [Candidate(w, query.provider, query.rung, fetched, path) for w in works],
                    )
                    climb.decide()

    # -- who climbs on ----------------------------------------------------------------------

    def _is_own(self, climb: Climb) -> bool:
        """Whether an existing note is about it."""
        return any(path in self.notes for path in climb.lookup.notes)

    def _wants_identifier(self, climb: Climb, name: str) -> bool:
        if not climb.identifiers:
            return False
        if f"{name}/{Rung.IDENTIFIER}" in climb.asked:
            return self.world.refresh and climb.known and not climb.learned
        if not climb.settled:
            return bool(climb.lookup.wanted) or not climb.lookup.notes
        if self._to_refresh(climb):
            return not any(c.provider == name for c in climb.candidates)
        known_afresh = climb.said_by(name) or (climb.known and not climb.lacks())
        return bool(climb.lookup.notes and climb.lookup.wanted) and not known_afresh

    def _wants_more(self, climb: Climb, name: str) -> bool:
        """What the first provider asked by identifier left open, or could not say."""
        if not climb.identifiers or f"{name}/{Rung.IDENTIFIER}" in climb.asked:
            return False
        if not climb.settled:
            return bool(climb.lookup.wanted) or not climb.lookup.notes
        return bool(climb.lookup.notes and climb.lacks()) and not climb.said_by(name)

    def _to_refresh(self, climb: Climb) -> bool:
        """Whether a settled work's counts are to be asked for again."""
        if not (climb.known and climb.identifiers and climb.lookup.notes):
            return False
        return self.world.refresh or climb.stale(self.world.today, self.config.said.refresh_after)

    def _wants_titles(self, climb: Climb, name: str) -> bool:
        """Many titles fit into one question, so plain references come along."""
        if climb.settled or f"{name}/{Rung.TITLES}" in climb.asked:
            return False
        if isinstance(climb.decision, Ambiguous) and len(climb.decision.matches) > 1:
            return False
        return bool(not climb.lookup.notes or climb.lookup.wanted or self._cites_open(climb.lookup))

    def _wants_title(self, climb: Climb, name: str) -> bool:
        if climb.settled or {f"{name}/{Rung.TITLE}", f"{name}/{Rung.TITLES}"} & climb.asked:
            return False
        if isinstance(climb.decision, Ambiguous) and len(climb.decision.matches) > 1:
            return False  # one record more cannot tell namesakes apart
        lookup = climb.lookup
        if lookup.notes:
            return bool(lookup.wanted) or self._cites_open(lookup)
        return lookup.linked or self.config.said.references.resolve is Resolve.ALL

    def _cites_open(self, lookup: Lookup) -> bool:
        """Whether knowing this note's work would help its references."""
        return not lookup.hints.identifiers and any(self._named_in(p) for p in lookup.notes)

    def _wants_namesakes(self, climb: Climb, name: str) -> bool:
        """A match by title search is one record; only a list shows whether there are more, or
        whether another one is what the note speaks of."""
        decision = climb.decision
        if climb.known or f"{name}/{Rung.NAMESAKES}" in climb.asked:
            return False
        if isinstance(decision, Accepted) and decision.corroborated:
            return False
        if not isinstance(decision, (Accepted, Ambiguous)) or not decision.matches:
            return False
        searched = [m.candidate for m in decision.matches]
        alone = isinstance(decision, Accepted) or len(searched) == 1
        return alone and all(each.rung is Rung.TITLE for each in searched)

    def _parents(self) -> list[Lookup]:
        """The notes' works whose reference lists may know what is still open."""
        parents = []
        for climb in self.climbs.values():
            if climb.identifiers and (climb.settled or not climb.lookup.wanted):
                lookup = _as_known(climb)
                if self._children(lookup):
                    parents.append(lookup)
        return parents

    def _children(self, parent: Lookup) -> list[Climb]:
        """The open lookups that a work's notes name and that its list was not asked for."""
        return [
            climb
            for path in parent.notes
            for climb in self._named_in(path)
            if _citing(parent) not in climb.asked
        ]

    def _named_in(self, path: PurePosixPath) -> list[Climb]:
        climbs = (self.climbs[key] for key in self.plan.cites.get(path, ()))
        return [climb for climb in climbs if not climb.settled]


def _as_known(climb: Climb) -> Lookup:
    """The lookup with every identifier found so far, for a provider to ask by."""
    hints = replace(climb.lookup.hints, identifiers=climb.identifiers)
    return replace(climb.lookup, hints=hints)


def _spelt(lookup: Lookup) -> list[Lookup]:
    """The lookup once for each spelling of its title: a list of namesakes is made by words,
    and a namesake may be spelt as only one of them is."""
    return [replace(lookup, title=title) for title in (lookup.title, *lookup.spellings)]


def _citing(parent: Lookup) -> str:
    """How the ledger writes that a work's reference list was read."""
    names = dict(parent.hints.identifiers)
    return f"{Rung.CITING}/{names.get('s2') or next(iter(names.values()))}"


def _told(note: Note, manner: conventions.Conventions) -> Work | None:
    """The work as a filled note describes it; None for a note that says little."""
    held = {name: manner.held(note.entries, name) for name in Field}
    authors = conventions.people(held[Field.AUTHORS])
    year = conventions.year(held[Field.YEAR])
    if authors is None or year is None:
        return None
    fields = held[Field.FIELDS_OF_STUDY]
    return Work(
        title=note.title,
        authors=authors,
        year=year,
        venue=v if isinstance(v := held[Field.VENUE], str) else None,
        citation_count=conventions.number(held[Field.CITATION_COUNT]),
        reference_count=conventions.number(held[Field.REFERENCE_COUNT]),
        fields_of_study=tuple(map(str, fields)) if isinstance(fields, list) else None,
        identifiers=note.identifiers,
    )
