"""Lookups -> Resolutions, rung by rung; the one stage that touches the network.

Each rung is climbed by all the lookups that are left, at once, so that one request can serve
hundreds. What a rung settles does not climb on. Which questions are asked hangs on what was
answered before a step began, never on which of its services was quicker.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from msgspec.structs import replace

from refmatter.config.settings import Config
from refmatter.matching.features import listed_says
from refmatter.model import (
    Accepted,
    Candidate,
    Failure,
    Lookup,
    Query,
    Rung,
    Trouble,
    Work,
)
from refmatter.providers.base import Reading
from refmatter.registry import LadderStep
from refmatter.resolve.batching import Batcher, run, shared_out
from refmatter.resolve.context import ResolveContext
from refmatter.resolve.evidence import Evidence, kept, recalled
from refmatter.resolve.lookup_state import LookupState
from refmatter.resolve.lookup_table import LookupTable, Resolutions
from refmatter.resolve.reference_overlap import ListedWorks
from refmatter.resolve.scheduler import LISTED, LONG, Scheduler, citing, listing, rests
from refmatter.resolve.shared_requests import SharedQuestions
from refmatter.stages.plan import Plan
from refmatter.stages.scan import Vault
from refmatter.state.note_store import NotesByPath
from refmatter.titles import query_words, title_key


def resolve(plan: Plan, vault: Vault, config: Config, world: ResolveContext) -> Resolutions:
    """Climb the ladder with every lookup of the plan; resolutions by lookup key."""
    return _Resolver(plan, vault, config, world).climb()


class _Resolver:
    """All lookups of a run on their way up."""

    def __init__(self, plan: Plan, vault: Vault, config: Config, world: ResolveContext) -> None:
        self.world = world
        self.budget = world.budget or 0
        self.notes = NotesByPath(vault.notes)
        self.retry = None if world.refresh else config.settings.retry_not_found_after_days
        self.of_note = plan.of_note
        self.climbs = LookupTable(
            plan.lookups, self._begin, lambda each: rests(each, config, world)
        )
        for each in self.climbs.awake.values():
            self._rethink(each)
        self.shared = SharedQuestions(self.climbs.awake)
        self.askers = Scheduler(plan, self.climbs, self.notes, config, world)

    def _begin(self, lookup: Lookup) -> LookupState:
        """A climb from what the ledger knows."""
        climb = LookupState.start(lookup, self.world.ledger, self.world.today, self.retry)
        climb.rule, climb.bars = self.world.rule, self.world.bars
        return climb

    def _rethink(self, climb: LookupState) -> None:
        """Decide anew what another rule decided, where it is still known what it heard: from the
        cache, or from the catalogue where nobody else had a say."""
        if not climb.is_outdated:
            return
        memory = self.world.memory
        evidence = recalled(memory, climb.lookup.key) if memory is not None else None
        if evidence is None and climb.is_from_catalog and self.world.catalog is not None:
            evidence = Evidence((), frozenset())
        if evidence is not None:
            climb.cited_in = self._cited_in(climb)
            climb.rethink(evidence, self._catalogued(climb.lookup))

    def _decide(self, climb: LookupState) -> None:
        """Decide anew; where several works may be meant, what cites them has a say."""
        climb.decide()
        if climb.is_torn and (year := self._cited_in(climb)) != climb.cited_in:
            climb.cited_in = year
            climb.decide()

    def _cited_in(self, climb: LookupState) -> int | None:
        """The year of the first of the works that cite it, as far as it is known."""
        citing = (self.of_note.get(path) for path in climb.lookup.cited_by)
        years = (self.climbs[key].year for key in citing if key is not None)
        return min((year for year in years if year is not None), default=None)

    def climb(self) -> Resolutions:
        progress, before = self.world.progress, len(self._open())
        progress.settle(Rung.LEDGER, len(self.climbs.awake) - before, before)
        self._ask_catalog()
        left = len(self._open())
        progress.settle(Rung.CATALOG, before - left, left)
        for group in _groups(self.world.ladder):
            self._climb(group)
        self._keep()
        return Resolutions(self.climbs)

    def _keep(self) -> None:
        """Keep what the titles heard that are not settled by the ledger; the catalogue can be
        asked again at any time."""
        for climb in self.climbs.awake.values():
            heard = climb.learned and not (climb.known or climb.again)
            services = (each for each in climb.asked if not each.startswith("catalog/"))
            if heard and self.world.memory is not None and any(services):
                kept(self.world.memory, climb.lookup, climb.candidates, climb.asked)

    def _open(self) -> list[LookupState]:
        return [climb for climb in self.climbs.awake.values() if not climb.settled]

    # -- rungs that cost nothing ------------------------------------------------------------

    def _ask_catalog(self) -> None:
        question = f"catalog/{self.world.catalog_date}"
        for climb in _own_first(self._open()):
            # What the ledger remembers of a doubt is less than it was decided from: nothing is
            # decided anew before something new is heard.
            if self.world.catalog is not None and question not in climb.asked:
                climb.answered({question}, self._catalogued(climb.lookup))
                if climb.candidates:
                    self._decide(climb)

    def _catalogued(self, lookup: Lookup) -> list[Candidate]:
        """The works of the catalogue that a lookup may mean."""
        if self.world.catalog is None:
            return []
        said = self.world.catalog.find_works(lookup.hints.names, title_key(lookup.title))
        return [Candidate(work, "catalog", Rung.CATALOG, day) for work, day in said]

    # -- rungs that cost requests -----------------------------------------------------------

    def _climb(self, group: Sequence[LadderStep]) -> None:
        """Steps that go out together, round by round."""
        rounds = [self._rounds(step) for step in group]
        while rounds:
            lanes: list[Batcher] = []
            for each in tuple(rounds):
                found = next(each, None)
                if found is None:
                    rounds.remove(each)
                else:
                    lanes += found
            self._ask(lanes)

    def _rounds(self, step: LadderStep) -> Iterator[list[Batcher]]:
        """A step's rounds: provider after provider, each for what the ones before it left open;
        but one-title questions go out to all of them side by side."""
        names = [name for name in step.providers if name in self.world.clients]
        if step.rung is Rung.TITLE:
            askers = self.askers.of(step, names)
            orders = {e.key: self.askers.order(e, step, names) for e in askers}
            for turn in range(len(names)):
                left = [each for each in self.askers.of(step, names) if each.key in orders]
                shares = shared_out(left, lambda each: orders[each.key], turn)
                yield [self._lane(step.rung, name, share) for name, share in shares.items()]
            return
        for name in names:
            yield [self._lane(step.rung, name, self._lookups(step, name))]

    def _lookups(self, step: LadderStep, name: str) -> list[Lookup]:
        if step.rung is Rung.CITING:
            sizes = self.world.providers[name].RUNGS[Rung.CITING]
            return self.askers.parents(name, dear=sizes[0] == 1)
        if step.rung is Rung.LISTS:
            return self.askers.rivals(name)
        lookups = self.askers.of(step, [name])
        if step.rung is Rung.TITLES:
            # Short titles stand in many longer ones, and an answer holds only so many
            # works: kept together they spoil few questions.
            lookups = [spelt for each in lookups for spelt in _spelt(each)]
            return sorted(lookups, key=lambda each: -len(query_words(each.title).split()))
        if step.rung is Rung.IDENTIFIER and self.world.budget is not None:
            return self._within_budget(name, lookups)
        if step.rung is Rung.NAMESAKES:
            return [spelt for each in lookups for spelt in _spelt(each)]
        return lookups

    def _within_budget(self, name: str, lookups: Sequence[Lookup]) -> list[Lookup]:
        """All that is wanted for the first time, and of what is only to be renewed the oldest,
        as many as the requests that are left for it carry."""
        renewed: list[Lookup] = []
        others: list[Lookup] = []
        for each in lookups:
            (renewed if self.askers.to_refresh(self.climbs[each.key]) else others).append(each)
        renewed.sort(key=lambda each: (self.climbs[each.key].counted_on, each.key))
        size = self.world.providers[name].RUNGS[Rung.IDENTIFIER][0]
        chosen = renewed[: self.budget * size]
        self.budget -= -(-len(chosen) // size)
        return [*others, *chosen]

    def _lane(self, rung: Rung, name: str, lookups: Sequence[Lookup]) -> Batcher:
        provider, client = self.world.providers[name], self.world.clients[name]
        asked = self.shared.once(name, rung, lookups)
        return Batcher(provider, client, rung, asked, self.world.at_once(name))

    def _ask(self, lanes: Sequence[Batcher]) -> None:
        """Let the lanes ask, and take in what comes, in whichever order."""
        heard: dict[str, _Heard] = {}
        for key, rung, question, found in self.shared.known():
            mine = heard.setdefault(key, _Heard(rung))
            mine.questions.add(question)
            for candidate in found:
                mine.take(candidate)
        lanes = [lane for lane in lanes if lane.lookups]
        self.world.progress.start([(e.rung, e.provider.NAME, len(e.lookups)) for e in lanes])
        # Decided when all of them are back: whose answer is there first must not tell whose
        # word counts.
        for said in run(lanes):
            if isinstance(said.reading, Failure):
                self._fail(said.query, said.reading)
            elif said.query.rung is Rung.CITING:
                self._hand_down(said.query, said.reading, said.fetched, heard)
            elif said.query.rung is Rung.LISTS:
                self._compare(said.query, said.reading, heard)
            else:
                self._hand_out(said.query, said.reading, said.fetched, heard)
            self.world.progress.advance(said.query.provider, len(said.query.about))
        for key, each in heard.items():
            self.climbs[key].answered(each.questions, each.candidates())
        settled: Counter[Rung] = Counter()
        for climb in _own_first(self.climbs[key] for key in sorted(heard)):
            before = climb.settled
            self._decide(climb)
            settled[heard[climb.lookup.key].rung] += climb.settled - before
        left = len(self._open())
        for rung, lookups in settled.items():
            self.world.progress.settle(rung, lookups, left)

    def _fail(self, query: Query, failure: Failure) -> None:
        if query.rung is Rung.TITLES and failure.trouble is Trouble.REJECTED:
            return  # it cannot be asked for in bulk: no fault of the service
        for lookup in query.about:
            if query.rung is Rung.CITING:
                for climb in self.askers.children(lookup, query.provider):
                    climb.failures += (failure,)
            elif query.rung is Rung.LISTS:
                for climb in self.askers.meant_by(lookup):
                    climb.failures += (failure,)
            else:
                for key in self.shared.askers(query, lookup):
                    self._failed(self.climbs[key], query.rung, failure)

    def _failed(self, climb: LookupState, rung: Rung, failure: Failure) -> None:
        climb.failures += (failure,)
        if rung is Rung.NAMESAKES and len(query_words(climb.lookup.title).split()) < LONG:
            climb.unproven = True  # a long title is probably one work's alone
            climb.decide()

    def _hand_out(
        self, query: Query, said: Reading, fetched: str, heard: dict[str, _Heard]
    ) -> None:
        """Give each lookup the works that were found for it."""
        question = f"{query.provider}/{query.rung}"
        for lookup in query.about:
            found = tuple(
                Candidate(work, query.provider, query.rung, fetched)
                for work in said.get(lookup.key, ())
            )
            self.shared.answered(query, lookup, found)
            for key in self.shared.askers(query, lookup):
                mine = heard.setdefault(key, _Heard(query.rung))
                mine.questions.add(question)
                for candidate in found:
                    mine.take(candidate)

    def _hand_down(
        self, query: Query, said: Reading, fetched: str, heard: dict[str, _Heard]
    ) -> None:
        """Give the works of a reference list to the lookups that the citing note names. Where
        nothing but its title says which work that note is about, the list has a say in it first:
        another work's list proves nothing."""
        for parent in query.about:
            listed = ListedWorks(said.get(parent.key, ()))
            for path in parent.notes:
                if self._doubt_by_list(path, parent, listed, heard):
                    continue
                for climb in self.askers.named_in(path):
                    mine = heard.setdefault(climb.lookup.key, _Heard(query.rung))
                    mine.questions.add(citing(query.provider, parent))
                    for work in listed.like(climb.lookup.title):
                        mine.take(Candidate(work, query.provider, query.rung, fetched, path))

    def _doubt_by_list(
        self, path: PurePosixPath, parent: Lookup, listed: ListedWorks, heard: dict[str, _Heard]
    ) -> bool:
        """Have a note decided anew where the reference list of the work that it was taken to be
        about is not what it lists; whether that is so."""
        climb = self.climbs.get(self.of_note.get(path, ""))
        if climb is None or climb.known or path not in self.notes:
            return False
        if not isinstance(climb.decision, Accepted) or climb.decision.corroborated:
            return False
        noted = self.notes[path].references
        overlap = listed.overlap(each.text for each in noted) if len(noted) >= LISTED else None
        if overlap is None or listed_says(overlap) != 0.0:
            return False
        named = parent.hints.identifiers
        climb.candidates = tuple(
            replace(each, overlap=overlap) if each.work.identifiers.agrees(named) else each
            for each in climb.candidates
        )
        heard.setdefault(climb.lookup.key, _Heard(Rung.CITING))
        return True

    def _compare(self, query: Query, said: Reading, heard: dict[str, _Heard]) -> None:
        """Hold what a note lists against the reference lists of the works its title may mean."""
        for rival in query.about:
            listed = ListedWorks(said.get(rival.key, ()))
            for climb in self.askers.meant_by(rival):
                noted = (each.text for each in self.notes[climb.lookup.notes[0]].references)
                overlap = listed.overlap(noted)
                heard.setdefault(climb.lookup.key, _Heard(query.rung)).questions.add(rival.key)
                climb.candidates = tuple(
                    replace(each, overlap=overlap)
                    if listing(query.provider, each.work.identifiers) == rival.key
                    else each
                    for each in climb.candidates
                )


def _own_first(climbs: Iterable[LookupState]) -> list[LookupState]:
    """The notes' own works first: their years tell which works they can cite."""
    return sorted(climbs, key=lambda each: not each.lookup.notes)


class _Heard:
    """What a lookup hears in a round: the questions answered, and every work once, though many
    lists may name it."""

    def __init__(self, rung: Rung) -> None:
        self.rung = rung
        self.questions: set[str] = set()
        self._found: dict[tuple[str, Rung, Work], Candidate] = {}

    def take(self, found: Candidate) -> None:
        """Take in a work; of the notes whose lists name it the first by path counts."""
        place = (found.provider, found.rung, found.work)
        known = self._found.get(place)
        if known is None or (str(found.cited_by), found.fetched) < (
            str(known.cited_by),
            known.fetched,
        ):
            self._found[place] = found

    def candidates(self) -> Iterable[Candidate]:
        """The works that were found."""
        return self._found.values()


def _groups(ladder: Sequence[LadderStep]) -> list[list[LadderStep]]:
    """The steps of a ladder, those that go out together in one list."""
    groups: list[list[LadderStep]] = []
    for step in ladder:
        if step.with_previous and groups:
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups


def _spelt(lookup: Lookup) -> list[Lookup]:
    """The lookup once for each spelling of its title: services list works by words, and a
    namesake may be spelt as only one of them is."""
    return [lookup, *(replace(lookup, title=title) for title in lookup.spellings)]
