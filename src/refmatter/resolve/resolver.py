"""Resolve lookups rung by rung; the only stage that uses the network.

Each rung is climbed by all the lookups that are left, at once, so that one request can serve
hundreds. What a rung settles does not climb on. Which questions are asked hangs on what was
answered before a step began, never on which of its services was quicker.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from msgspec.structs import replace

from refmatter.matching.features import overlap_score
from refmatter.model import (
    Accepted,
    Candidate,
    Failure,
    Lookup,
    LookupKey,
    Query,
    Question,
    Rung,
    Trouble,
    Work,
)
from refmatter.notes.citations import title_of
from refmatter.providers.base import Reading
from refmatter.registry import LadderStep
from refmatter.resolve.batching import Batcher, SizeLimit, run, shared_out
from refmatter.resolve.context import ResolveContext
from refmatter.resolve.disciplines import Disciplines
from refmatter.resolve.evidence import Evidence, recalled, remember
from refmatter.resolve.lookup_state import LookupState
from refmatter.resolve.lookup_table import LookupTable, Resolutions
from refmatter.resolve.paused_services import PausedServices
from refmatter.resolve.reference_overlap import ListedWorks
from refmatter.resolve.scheduler import LISTED, LONG, Scheduler, citing, comparing, is_done
from refmatter.resolve.shared_requests import SharedQuestions
from refmatter.stages.learn import Vault
from refmatter.stages.plan import Plan
from refmatter.state.note_store import NotesByPath
from refmatter.titles import query_words, title_key


def resolve(plan: Plan, vault: Vault, context: ResolveContext) -> Resolutions:
    """Resolve the lookups of a plan, rung by rung; return the resolutions by lookup key."""
    return _Resolver(plan, vault, context).state()


class _Resolver:
    """All lookups of a run on their way up."""

    def __init__(self, plan: Plan, vault: Vault, context: ResolveContext) -> None:
        self.context = context
        self.budget = context.budget or 0
        self.size_limits: defaultdict[Question, SizeLimit] = defaultdict(SizeLimit)
        self.notes = NotesByPath(vault.notes)
        self.retry = None if context.refresh else context.retry_days
        self.claim = plan.claim
        self.of_note = plan.of_note
        self.unavailable = frozenset(context.providers.keys() - context.clients.keys())
        self.states = LookupTable(plan.lookups, self._begin, lambda state: is_done(state, context))
        for state in self.states.active.values():
            self._rethink(state)
        self.shared = SharedQuestions(self.states.active)
        self.disciplines = Disciplines(vault, context.providers)
        self.scheduler = Scheduler(plan, self.states, self.notes, context)

    def _begin(self, lookup: Lookup) -> LookupState:
        """Return a climb from what the ledger knows."""
        state = LookupState.start(lookup, self.claim, self.context.today, self.retry)
        state.precedence_rule = self.context.precedence_rule
        state.thresholds = self.context.thresholds
        state.unavailable = self.unavailable
        return state

    def _rethink(self, state: LookupState) -> None:
        """Decide anew what another rule decided, where it is still known what it heard: from the
        cache, or from the catalogue where nobody else had a say."""
        if not state.is_outdated:
            return
        memory = self.context.memory
        evidence = recalled(memory, state.lookup.key) if memory is not None else None
        if evidence is None and state.is_from_catalog and self.context.catalog is not None:
            evidence = Evidence((), frozenset())
        if evidence is not None:
            state.cited_in = self._first_citing_year(state)
            state.rethink(evidence, self._catalogued(state.lookup))

    def _decide(self, state: LookupState) -> None:
        """Decide anew; where several works may be meant, what cites them has a say."""
        state.decide()
        if state.is_torn and (year := self._first_citing_year(state)) != state.cited_in:
            state.cited_in = year
            state.decide()

    def _first_citing_year(self, state: LookupState) -> int | None:
        """Return the year of the first work that cites it; None if none is known."""
        citing = (self.of_note.get(path) for path in state.lookup.cited_by)
        years = (self.states[key].year for key in citing if key is not None)
        return min((year for year in years if year is not None), default=None)

    def state(self) -> Resolutions:
        progress, before = self.context.progress, len(self._open())
        progress.resolved(Rung.LEDGER, len(self.states.active) - before, before)
        self._ask_catalog()
        left = len(self._open())
        progress.resolved(Rung.CATALOG, before - left, left)
        paused = PausedServices(self.context, self.states.active)
        self._climb()
        while paused.resume():
            self._climb()
        self._remember_evidence()
        return Resolutions(self.states, self.budget)

    def _climb(self) -> None:
        """Send the requests of all steps, for what is open."""
        for group in _groups(self.context.ladder):
            self._run_steps(group)

    def _remember_evidence(self) -> None:
        """Store the candidates of the titles that the ledger does not settle in the cache; the
        catalogue can be searched again at any time."""
        for state in self.states.active.values():
            is_new = state.learned and not (state.known or state.reconsidered)
            services = (query for query in state.queries if query.provider != "catalog")
            if is_new and self.context.memory is not None and any(services):
                remember(self.context.memory, state.lookup, state.candidates, state.queries)

    def _open(self) -> list[LookupState]:
        return [state for state in self.states.active.values() if not state.is_settled]

    # -- rungs that cost nothing ------------------------------------------------------------

    def _ask_catalog(self) -> None:
        question = Question("catalog", Rung.CATALOG, self.context.catalog_date)
        for state in _identified_first(self._open()):
            # What the ledger remembers of a doubt is less than it was decided from: nothing is
            # decided anew before something new is heard.
            if self.context.catalog is not None and question not in state.queries:
                state.answered({question}, self._catalogued(state.lookup))
                if state.candidates:
                    self._decide(state)

    def _catalogued(self, lookup: Lookup) -> list[Candidate]:
        """Return the works of the catalogue that a lookup may mean."""
        if self.context.catalog is None:
            return []
        found = self.context.catalog.find_works(lookup.hints.names, title_key(lookup.title))
        return [Candidate(work, "catalog", Rung.CATALOG, day) for work, day in found]

    # -- rungs that cost requests -----------------------------------------------------------

    def _run_steps(self, group: Sequence[LadderStep]) -> None:
        """Send the requests of steps that run together, round by round."""
        rounds = [self._rounds(step) for step in group]
        while rounds:
            batchers: list[Batcher] = []
            for rounds_of_step in tuple(rounds):
                found = next(rounds_of_step, None)
                if found is None:
                    rounds.remove(rounds_of_step)
                else:
                    batchers += found
            self._ask(batchers)

    def _rounds(self, step: LadderStep) -> Iterator[list[Batcher]]:
        """Yield a step's rounds: provider after provider, each for what the ones before it left
        open; but one-title questions go out to all of them side by side."""
        names = [name for name in step.providers if name in self.context.clients]
        if step.rung is Rung.TITLE_SEARCH:
            names = [name for name in names if self._may_search(step, name)]
            lookups = self.scheduler.of(step, names)
            orders = {e.key: self.scheduler.order(e, step, names) for e in lookups}
            for turn in range(len(names)):
                left = [lookup for lookup in self.scheduler.of(step, names) if lookup.key in orders]
                shares = shared_out(left, lambda lookup: orders[lookup.key], turn)
                yield [self._batcher(step.rung, name, share) for name, share in shares.items()]
            return
        for name in names:
            yield [self._batcher(step.rung, name, self._lookups(step, name))]

    def _may_search(self, step: LadderStep, name: str) -> bool:
        """Whether a provider may be asked for titles in this vault."""
        if not step.only_fitting:
            return True
        return bool(self.scheduler.of(step, [name])) and self.disciplines.is_shown(name)

    def _fits(self, step: LadderStep, name: str, lookup: Lookup) -> bool:
        """Whether a provider may be asked for a work; what was found on the way is no sign."""
        own = self.states[lookup.key].lookup
        return not step.only_fitting or self.disciplines.fits(name, own)

    def _lookups(self, step: LadderStep, name: str) -> list[Lookup]:
        if step.rung is Rung.CITING_REFERENCES:
            sizes = self.context.providers[name].INFO.rungs[Rung.CITING_REFERENCES]
            return self.scheduler.parents(
                name,
                one_request_each=sizes[0] == 1,
                fits=lambda lookup: self._fits(step, name, lookup),
            )
        if step.rung is Rung.COMPARE_REFERENCES:
            earlier = step.providers[: step.providers.index(name)]
            return self.scheduler.torn_candidates(name, earlier)
        lookups = self.scheduler.of(step, [name])
        lookups = [lookup for lookup in lookups if self._fits(step, name, lookup)]
        if step.rung is Rung.TITLE_BATCH:
            # Short titles stand in many longer ones, and an answer holds only so many
            # works: kept together they spoil few questions.
            lookups = [spelling for lookup in lookups for spelling in _with_spellings(lookup)]
            return sorted(lookups, key=lambda lookup: -len(query_words(lookup.title).split()))
        if step.rung is Rung.IDENTIFIER and self.context.budget is not None:
            return self._within_budget(name, lookups)
        if step.rung is Rung.SAME_TITLE_SEARCH:
            return [spelling for lookup in lookups for spelling in _with_spellings(lookup)]
        return lookups

    def _within_budget(self, name: str, lookups: Sequence[Lookup]) -> list[Lookup]:
        """Return all that is wanted for the first time, and of what is only to be renewed the
        oldest, as many as the requests that are left for it carry."""
        renewed: list[Lookup] = []
        others: list[Lookup] = []
        for lookup in lookups:
            (renewed if self.scheduler.to_refresh(self.states[lookup.key]) else others).append(
                lookup
            )
        renewed.sort(key=lambda lookup: (self.states[lookup.key].counted_on, str(lookup.key)))
        size = self.context.providers[name].INFO.rungs[Rung.IDENTIFIER][0]
        chosen = renewed[: self.budget * size]
        self.budget -= -(-len(chosen) // size)
        return [*others, *chosen]

    def _batcher(self, rung: Rung, name: str, lookups: Sequence[Lookup]) -> Batcher:
        provider, client = self.context.providers[name], self.context.clients[name]
        to_request = self.shared.once(name, rung, lookups)
        limit = self.size_limits[Question(name, rung)]
        return Batcher(provider, client, rung, to_request, self.context.at_once(name), limit)

    def _ask(self, batchers: Sequence[Batcher]) -> None:
        """Let the lanes ask, and take in what comes, in whichever order."""
        answers: dict[LookupKey, _Answers] = {}
        for key, question, found in self.shared.known():
            answer = answers.setdefault(key, _Answers(question.rung))
            answer.questions.add(question)
            for candidate in found:
                answer.take(candidate)
        batchers = [batcher for batcher in batchers if batcher.lookups]
        self.context.progress.start(
            [(e.rung, e.provider.INFO.name, len(e.lookups)) for e in batchers]
        )
        # Decided when all of them are back: whose answer is there first must not tell whose
        # word counts.
        for outcome in run(batchers):
            if isinstance(outcome.reading, Failure):
                self._fail(outcome.query, outcome.reading)
            elif outcome.query.rung is Rung.CITING_REFERENCES:
                self._add_reading_list(outcome.query, outcome.reading, outcome.fetched, answers)
            elif outcome.query.rung is Rung.COMPARE_REFERENCES:
                self._compare(outcome.query, outcome.reading, answers)
            else:
                self._hand_out(outcome.query, outcome.reading, outcome.fetched, answers)
            self.context.progress.advance(outcome.query.provider, len(outcome.query.about))
        for key, learned in answers.items():
            self.states[key].answered(learned.questions, learned.candidates())
        settled: Counter[Rung] = Counter()
        for state in _identified_first(self.states[key] for key in sorted(answers, key=str)):
            before = state.is_settled
            self._decide(state)
            settled[answers[state.lookup.key].rung] += state.is_settled - before
        left = len(self._open())
        for rung, lookups in settled.items():
            self.context.progress.resolved(rung, lookups, left)

    def _fail(self, query: Query, failure: Failure) -> None:
        if query.rung is Rung.TITLE_BATCH and failure.trouble is Trouble.REJECTED:
            return  # it cannot be asked for in bulk: no fault of the service
        for lookup in query.about:
            if query.rung is Rung.CITING_REFERENCES:
                for state in self.scheduler.children(lookup, query.provider):
                    state.fail(failure)
            elif query.rung is Rung.COMPARE_REFERENCES:
                for state in self.scheduler.meant_by(lookup):
                    state.fail(failure)
            else:
                for key in self.shared.served_by(query, lookup):
                    self._failed(self.states[key], query.rung, failure)

    def _failed(self, state: LookupState, rung: Rung, failure: Failure) -> None:
        state.fail(failure)
        if rung is Rung.SAME_TITLE_SEARCH and len(query_words(state.lookup.title).split()) < LONG:
            state.unproven = True  # a long title is probably one work's alone
            state.decide()

    def _hand_out(
        self, query: Query, reading: Reading, fetched: str, answers: dict[LookupKey, _Answers]
    ) -> None:
        """Give each lookup the works that were found for it."""
        question = Question(query.provider, query.rung)
        for lookup in query.about:
            found = tuple(
                Candidate(work, query.provider, query.rung, fetched)
                for work in reading.get(lookup.key, ())
            )
            self.shared.answered(query, lookup, found)
            for key in self.shared.served_by(query, lookup):
                answer = answers.setdefault(key, _Answers(query.rung))
                answer.questions.add(question)
                for candidate in found:
                    answer.take(candidate)

    def _add_reading_list(
        self, query: Query, reading: Reading, fetched: str, answers: dict[LookupKey, _Answers]
    ) -> None:
        """Add the works of a reference list to the lookups that the citing note names. If the work
        of that note is known by its title alone, the list is compared with the note's first:
        another work's list proves nothing."""
        for parent in query.about:
            works = ListedWorks(reading.get(parent.key, ()))
            for path in parent.notes:
                if self._reconsider_by_list(path, parent, works, answers):
                    continue
                for state in self.scheduler.named_in(path):
                    answer = answers.setdefault(state.lookup.key, _Answers(query.rung))
                    answer.questions.add(citing(query.provider, parent))
                    for work in works.works_titled(state.lookup.title):
                        answer.take(Candidate(work, query.provider, query.rung, fetched, path))

    def _reconsider_by_list(
        self,
        path: PurePosixPath,
        parent: Lookup,
        works: ListedWorks,
        answers: dict[LookupKey, _Answers],
    ) -> bool:
        """Have a note decided again if its reference list has nothing of the list of its work;
        return whether that is so."""
        key = self.of_note.get(path)
        state = self.states.get(key) if key else None
        if state is None or state.known or path not in self.notes:
            return False
        if not isinstance(state.decision, Accepted) or state.decision.corroborated:
            return False
        noted = self.notes[path].references
        overlap = works.overlap(map(title_of, noted)) if len(noted) >= LISTED else None
        if overlap is None or overlap_score(overlap) != 0.0:
            return False
        named = parent.hints.identifiers
        state.candidates = tuple(
            replace(candidate, overlap=overlap)
            if candidate.work.identifiers.agrees(named)
            else candidate
            for candidate in state.candidates
        )
        answers.setdefault(state.lookup.key, _Answers(Rung.CITING_REFERENCES))
        return True

    def _compare(self, query: Query, reading: Reading, answers: dict[LookupKey, _Answers]) -> None:
        """Hold what a note lists against the reference lists of the works its title may mean."""
        for candidate_work in query.about:
            works = ListedWorks(reading.get(candidate_work.key, ()))
            question = comparing(query.provider, candidate_work.hints.identifiers)
            for state in self.scheduler.meant_by(candidate_work):
                overlap = works.overlap(map(title_of, self.notes[state.lookup.notes[0]].references))
                answer = answers.setdefault(state.lookup.key, _Answers(query.rung))
                answer.questions.update([question] if question else [])
                state.candidates = tuple(
                    replace(candidate, overlap=overlap)
                    if comparing(query.provider, candidate.work.identifiers) == question
                    else candidate
                    for candidate in state.candidates
                )


def _identified_first(states: Iterable[LookupState]) -> list[LookupState]:
    """Return the notes' own works first: their years tell which works they can cite."""
    return sorted(states, key=lambda state: not state.lookup.notes)


class _Answers:
    """What a lookup hears in a round: the questions answered, and every work once, though many
    lists may name it."""

    def __init__(self, rung: Rung) -> None:
        self.rung = rung
        self.questions: set[Question] = set()
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
        """Return the works that were found."""
        return self._found.values()


def _groups(ladder: Sequence[LadderStep]) -> list[list[LadderStep]]:
    """Return the steps of a ladder, those that go out together in one list."""
    groups: list[list[LadderStep]] = []
    for step in ladder:
        if step.with_previous and groups:
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups


def _with_spellings(lookup: Lookup) -> list[Lookup]:
    """Return the lookup once for each spelling of its title: services list works by words, and a
    namesake may be spelt as only one of them is."""
    return [lookup, *(replace(lookup, title=title) for title in lookup.spellings)]
