"""Choose the lookups to send to a provider on a rung."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from itertools import accumulate
from pathlib import PurePosixPath
from zlib import crc32

from msgspec.structs import replace

from refmatter.config.sections import Resolve
from refmatter.fields import COUNTS, LOOKED_UP, Field
from refmatter.matching.features import score_candidate
from refmatter.model import (
    Accepted,
    Ambiguous,
    Candidate,
    Hints,
    Identifiers,
    Lookup,
    LookupKey,
    Match,
    Question,
    Rung,
    Work,
)
from refmatter.registry import FORGIVING, WIDE, LadderStep
from refmatter.resolve.context import ResolveContext
from refmatter.resolve.lookup_state import LookupState
from refmatter.resolve.lookup_table import LookupTable
from refmatter.stages.plan import Plan
from refmatter.titles import query_words, search_text

LONG = 5
"""Words of a title that is probably one work's alone."""
LISTED = 5
"""So many references of its own make a note's list worth holding against another one."""
_SEARCHED = frozenset({Rung.TITLE_SEARCH, Rung.TITLE_BATCH})


class Scheduler:
    """All lookups of a run, and what each of them still wants to ask."""

    def __init__(
        self,
        plan: Plan,
        states: LookupTable,
        notes: Container[PurePosixPath],
        context: ResolveContext,
    ) -> None:
        """`notes` are the paths of the notes that exist."""
        self._plan = plan
        self._states = states
        self._notes = notes
        self._context = context
        self._served: dict[str, set[LookupKey]] = {}

    def of(self, step: LadderStep, names: Sequence[str]) -> list[Lookup]:
        """Return the open lookups that a step may send to one of these providers, with every
        identifier found so far."""
        wants = {
            Rung.IDENTIFIER: self._want_identifier,
            Rung.TITLE_BATCH: self._want_titles,
            Rung.TITLE_SEARCH: self._want_title,
            Rung.SAME_TITLE_SEARCH: self._want_namesakes,
        }[step.rung]
        is_first = names[:1] == list(step.providers[:1]) and not step.only_fitting
        if step.rung is Rung.IDENTIFIER and not is_first:
            wants = self._want_more
        states = (state for state in self._states.active.values())
        states = (state for state in states if self._names_own_work(state) or not step.notes_only)
        states = (state for state in states if not state.reconsidered)
        if step.rung is not Rung.SAME_TITLE_SEARCH:  # what is settled only asks for a note's sake
            states = (state for state in states if state.lookup.notes or not state.is_settled)
        if self._context.is_catalog_full and step.rung is not Rung.IDENTIFIER:
            states = (state for state in states if state.is_settled or not _is_shelved(state))
        if step.rung is Rung.TITLE_SEARCH:  # enough who do not know it: a settled work is known
            states = (
                state for state in states if state.is_settled or not _has_enough_misses(state, step)
            )
        return [as_known(state) for state in states if any(wants(state, name) for name in names)]

    def parents(
        self,
        name: str,
        *,
        one_request_each: bool,
        fits: Callable[[Lookup], bool] = lambda _: True,
    ) -> list[Lookup]:
        """Return the notes' works whose reference lists may know what is still open.

        `fits` tells of which works the provider may be asked. With `one_request_each`, a list is
        requested only for what titles cannot settle: lookups that share their title with another
        work.
        """
        parents: dict[Question, tuple[Lookup, set[LookupKey]]] = {}
        served = self._served.setdefault(name, set())
        naming = {path for path in self._plan.cites if self.named_in(path)}
        for parent in self._states.about(naming):
            if parent.key in served:
                continue
            state = self._states[parent.key]
            if state.identifiers and (state.is_settled or not state.lookup.wanted):
                lookup = as_known(state)
                if not fits(lookup):
                    continue
                children = self.children(lookup, name)
                keys = {c.lookup.key for c in children if not one_request_each or _is_torn(c, name)}
                if keys:  # several notes may be about one work, whose list is one question
                    question = citing(name, lookup)
                    other, more = parents.get(question, (lookup, set[LookupKey]()))
                    notes = tuple(dict.fromkeys((*other.notes, *lookup.notes)))
                    parents[question] = replace(other, notes=notes), keys | more
                elif not children and parent.key not in self._states.active:
                    served.add(parent.key)  # it stays as it is, and its children want ever less
        if not one_request_each:
            return [lookup for lookup, _ in parents.values()]
        chosen, covered = [], set[LookupKey]()
        for lookup, keys in sorted(parents.values(), key=_most_first):
            if keys - covered:
                chosen.append(lookup)
                covered |= keys
        return chosen

    def children(self, parent: Lookup, name: str) -> list[LookupState]:
        """Return the open lookups that a work's notes name and that its list there was not asked
        for."""
        question = citing(name, parent)
        return [
            state
            for path in parent.notes
            for state in self.named_in(path)
            if question not in state.queries
        ]

    def named_in(self, path: PurePosixPath) -> list[LookupState]:
        """Return the open lookups that a note names in its reference list."""
        active = self._states.active
        states = (active[key] for key in self._plan.cites.get(path, ()) if key in active)
        return [state for state in states if not (state.is_settled or state.reconsidered)]

    def torn_candidates(self, name: str, earlier: Sequence[str] = ()) -> list[Lookup]:
        """Return the candidates of ambiguous titles whose reference lists can be compared with the
        notes' own, by the query for each list; after `earlier` services only those that one of
        these could not be asked for."""
        found: dict[Question, Lookup] = {}
        for state in self._states.active.values():
            if earlier and state.failing.isdisjoint(earlier):
                continue
            if not state.reconsidered and self._is_torn_with_list(state):
                for work in _fitting(state):
                    question = comparing(name, work.identifiers)
                    if question and question not in state.queries:
                        called = _askable(name, work.identifiers)
                        key = LookupKey("", identifier=next(iter(called)))
                        hints = Hints(identifiers=called)
                        rival = replace(state.lookup, key=key, hints=hints, notes=())
                        rival = found.get(question, rival)
                        notes = dict.fromkeys((*rival.notes, *state.lookup.notes))
                        found[question] = replace(rival, notes=tuple(notes))
        return [found[question] for question in sorted(found)]

    def meant_by(self, rival: Lookup) -> list[LookupState]:
        """Return the lookups that may mean this candidate's work."""
        return [self._states[self._plan.of_note[path]] for path in rival.notes]

    def order(self, lookup: Lookup, step: LadderStep, names: Sequence[str]) -> list[str]:
        """Return the providers in the order in which they are queried for a title. If all are
        queried, the order is rotated by the title, so that every provider has work from the start,
        and a title is sent to the same providers whatever else a run holds. If one answer is
        enough, it is the step's own order, and each new try begins with the next provider."""
        state = self._states[lookup.key]
        rotation = [name for name in names if self._want_title(state, name)]
        if not rotation:
            return []
        if step.max_misses is not None:
            start = (state.line.tries if state.line else 0) % len(rotation)
        else:
            speeds = [1 / max(self._context.min_interval(name), 0.01) for name in rotation]
            place = crc32(lookup.key.title.encode()) / 2**32 * sum(speeds)
            ends = accumulate(speeds)
            start = next((index for index, end in enumerate(ends) if place < end), 0)
        return rotation[start:] + rotation[:start]

    def to_refresh(self, state: LookupState) -> bool:
        """Whether a settled work's counts are to be asked for again."""
        return _to_refresh(state, self._context)

    def may_search_alone(self, state: LookupState) -> bool:
        """Whether a lookup may cost a request of its own."""
        lookup = state.lookup
        return bool(lookup.notes or lookup.linked or self._context.references is Resolve.ALL)

    def _names_own_work(self, state: LookupState) -> bool:
        """Whether an existing note is about it, or a person asks for it alone."""
        lookup = state.lookup
        by_hand = not (lookup.notes or lookup.cited_by)
        return by_hand or any(path in self._notes for path in lookup.notes)

    def _want_identifier(self, state: LookupState, name: str) -> bool:
        if not state.identifiers:
            return False
        if self.to_refresh(state):
            return not _is_answered(state, name)
        if Question(name, Rung.IDENTIFIER) in state.queries:
            return False
        if not state.is_settled:
            return bool(state.lookup.wanted) or not state.lookup.notes
        if state.stand_ins(name):
            return True
        known_afresh = state.is_described_by(name) or (state.known and not state.lacks())
        return bool(state.lookup.notes and state.lookup.wanted) and not known_afresh

    def _want_more(self, state: LookupState, name: str) -> bool:
        """What the first provider asked by identifier left open, or could not say."""
        if self._counted_by(state, name):
            return True
        if not state.identifiers or Question(name, Rung.IDENTIFIER) in state.queries:
            return False
        if not state.is_settled:
            return bool(state.lookup.wanted) or not state.lookup.notes
        return self._lacks(state, name, frozenset(LOOKED_UP))

    def _lacks(self, state: LookupState, name: str, fields: frozenset[Field]) -> bool:
        """Whether a settled work's note still wants one of these fields, and this provider may
        know it."""
        if not state.lookup.notes:
            return False
        rule, lacking = self._context.precedence_rule, state.lacks() & fields
        if any(name in rule.order[field] for field in lacking):
            return not state.is_described_by(name)
        stood_in = any(name in rule.suppliers(field, state.unasked) for field in lacking)
        return (stood_in or bool(state.stand_ins(name) & fields)) and not _is_answered(state, name)

    def _counted_by(self, state: LookupState, name: str) -> bool:
        """Whether a count is to be renewed that this provider gave."""
        if not self.to_refresh(state) or _is_answered(state, name):
            return False
        counts = COUNTS & state.values.keys()
        return any(state.values[count][1].provider == name for count in counts)

    def _lacks_counts(self, state: LookupState, name: str) -> bool:
        """Whether a settled work is looked for by its title, since this provider, whose counts
        its note wants, does not know it by any of its identifiers."""
        return self._lacks(state, name, COUNTS) and not self._may_be_named(state, name)

    def _want_titles(self, state: LookupState, name: str) -> bool:
        """Many titles fit into one question, so plain references come along; but what a
        service that knows nearly every work does not list, the others hardly know."""
        if Question(name, Rung.TITLE_BATCH) in state.queries or not state.lookup.title:
            return False
        if state.is_settled:
            alone = (
                Question(name, Rung.TITLE_SEARCH) in state.queries
            )  # where it could not be asked for in bulk
            return not alone and self._lacks_counts(state, name)
        if _has_namesakes(state) or (_unlisted(state) and not self.may_search_alone(state)):
            return False
        return bool(not state.lookup.notes or state.lookup.wanted or self._cites_open(state.lookup))

    def _want_title(self, state: LookupState, name: str) -> bool:
        if not state.lookup.title:
            return False
        in_bulk = Question(name, Rung.TITLE_BATCH) in state.queries
        if Question(name, Rung.TITLE_SEARCH) in state.queries or (
            in_bulk and name not in FORGIVING
        ):
            return False
        if state.is_settled:
            return not in_bulk and self._lacks_counts(state, name)
        if _has_namesakes(state) or not self.may_search_alone(state):
            return False
        lookup = state.lookup
        if (
            not self._names_own_work(state)
            and self._context.references is not Resolve.ALL
            and _in_bulk(state)
        ):
            return False  # a search that forgives more is worth a request for a note's own title
        return bool(not lookup.notes or lookup.wanted or self._cites_open(lookup))

    def _may_be_named(self, state: LookupState, name: str) -> bool:
        """Whether a provider is still to be asked by an identifier of the work."""
        provider = self._context.providers[name]
        if (
            Rung.IDENTIFIER not in provider.INFO.rungs
            or Question(name, Rung.IDENTIFIER) in state.queries
        ):
            return False
        return any(True for _ in provider.queries(Rung.IDENTIFIER, [as_known(state)]))

    def _cites_open(self, lookup: Lookup) -> bool:
        """Whether knowing this note's work would help its references."""
        return not lookup.hints.names and any(self.named_in(p) for p in lookup.notes)

    def _is_torn_with_list(self, state: LookupState) -> bool:
        """Whether its note lists so much that the reference lists of the works it may mean would
        tell which one it is."""
        lookup = state.lookup
        torn = _has_namesakes(state) or _is_too_short(state) or _is_doubted_by_length(state)
        if not (torn or state.unproven):
            return False
        if len(lookup.notes) != 1 or lookup.notes[0] not in self._notes:
            return False
        if (lookup.hints.references or 0) < LISTED:
            return False
        return bool(lookup.wanted or self._cites_open(lookup))

    def _want_namesakes(self, state: LookupState, name: str) -> bool:
        """What a search for one title finds is one record, or a list that is cut short; only
        the list of a title's works shows whether there are more, or whether another one is
        what the note speaks of."""
        if Question(name, Rung.SAME_TITLE_SEARCH) in state.queries or not state.lookup.title:
            return False
        if self._is_torn_with_list(state) and not all(
            comparing(name, m.candidate.work.identifiers) for m in _matches(state)
        ):
            return True  # it may list the same works, and then be asked what they cite
        searched = _only_searched(state)
        if not searched:
            return False
        if isinstance(state.decision, Ambiguous):
            return self.may_search_alone(state)
        if _was_listed_completely(state, searched):
            return False
        return self.may_search_alone(state) or len(query_words(state.lookup.title).split()) < LONG


def is_done(state: LookupState, context: ResolveContext) -> bool:
    """Whether a climb has nothing to ask: the ledger settles it, by today's rule, and its notes
    lack nothing of it."""
    if not state.known or state.lookup.wanted or state.is_outdated:
        return False
    if any(
        state.stand_ins(name) and Question(name, Rung.IDENTIFIER) not in state.queries
        for name in context.clients
    ):
        return False
    return not _to_refresh(state, context)


def _is_answered(state: LookupState, name: str) -> bool:
    """Whether a provider has described a work that may be meant in this run."""
    return any(candidate.provider == name for candidate in state.candidates)


def _to_refresh(state: LookupState, context: ResolveContext) -> bool:
    if not (state.known and state.identifiers and state.lookup.notes):
        return False
    return context.refresh or state.stale(context.today, context.max_age_days)


def as_known(state: LookupState) -> Lookup:
    """Return the lookup with every identifier found so far."""
    if state.identifiers == state.lookup.hints.identifiers:
        return state.lookup
    hints = replace(state.lookup.hints, identifiers=state.identifiers)
    return replace(state.lookup, hints=hints)


def citing(name: str, parent: Lookup) -> Question:
    """Return the question for a work's reference list to a provider."""
    names = dict(parent.hints.identifiers)
    return Question(name, Rung.CITING_REFERENCES, names.get("s2") or next(iter(names.values())))


def comparing(name: str, identifiers: Identifiers) -> Question | None:
    """Return the question to a provider for what a work cites that a title may mean; None where it
    cannot be asked for."""
    called = next(iter(_askable(name, identifiers)), None)
    return Question(name, Rung.COMPARE_REFERENCES, called[1]) if called else None


def _most_first(parent: tuple[Lookup, set[LookupKey]]) -> tuple[int, str]:
    """Sort what helps most lookups to the front."""
    lookup, children = parent
    return -len(children), str(lookup.key)


def _askable(name: str, identifiers: Identifiers) -> Identifiers:
    """Return what a provider may be asked for a work by: without the names that other services gave
    to their records of it, as what these call two works may be one elsewhere."""
    own = {scheme: value for scheme, value in identifiers if scheme == name}
    return replace(identifiers, openalex=own.get("openalex"), dblp=own.get("dblp"))


def _matches(state: LookupState) -> tuple[Match, ...]:
    """Return the works between which a title is doubtful."""
    return state.decision.matches if isinstance(state.decision, Ambiguous) else ()


def _is_too_short(state: LookupState) -> bool:
    """Whether a work is in doubt only since many may have so short a title."""
    return any(m.features.get("title") == 1.0 and "specific" in m.features for m in _matches(state))


def _is_doubted_by_length(state: LookupState) -> bool:
    """Whether a work is in doubt since the note lists more than it is known to cite: what it does
    cite would tell."""
    return any(
        m.features.get("title") == 1.0 and m.features.get("references", 1.0) < 1.0
        for m in _matches(state)
    )


def _is_shelved(state: LookupState) -> bool:
    """Whether the catalogue has works of the very title, of which any may be meant."""
    fits = (m.candidate for m in _matches(state) if m.features.get("title") == 1.0)
    return any(fit.provider == "catalog" for fit in fits)


def _fitting(state: LookupState) -> list[Work]:
    """Return the works that have a title, as each who knows one describes it."""
    return [
        c.work
        for c in state.candidates
        if score_candidate(state.lookup, c).features["title"] == 1.0
    ]


def _has_namesakes(state: LookupState) -> bool:
    """Whether several works have its title: one record more cannot tell them apart."""
    return sum(m.features.get("title") == 1.0 for m in _matches(state)) > 1


def _is_torn(state: LookupState, name: str) -> bool:
    """Whether a reference list is needed to settle a title, and a provider gave none yet:
    several works have it, or nobody was asked for it in bulk."""
    if any((q.provider, q.rung) == (name, Rung.CITING_REFERENCES) for q in state.queries):
        return False
    in_bulk = any(question.rung is Rung.TITLE_BATCH for question in state.queries)
    return _has_namesakes(state) or not in_bulk


def _only_searched(state: LookupState) -> list[Candidate]:
    """Return the records of the one work that was found by searching, where nothing but the title
    speaks for it, or something speaks against it."""
    decision = state.decision
    if state.known or not isinstance(decision, (Accepted, Ambiguous)):
        return []
    if isinstance(decision, Accepted) and decision.corroborated:
        return []
    if isinstance(decision, Ambiguous) and len(decision.matches) > 1:
        return []
    found = [m.candidate for m in decision.matches]
    return found if all(record.rung in _SEARCHED for record in found) else []


def _was_listed_completely(state: LookupState, found: Sequence[Candidate]) -> bool:
    """Whether a service that knows nearly every work has listed those of a title, and all works
    found are spelt as in the query: such lists are made by words, and "GradientBased" does not
    match "Gradient-based". For a short title the list itself must have the work."""
    titles = {search_text(t).casefold() for t in (state.lookup.title, *state.lookup.spellings)}
    if not titles >= {search_text(record.work.title).casefold() for record in found}:
        return False
    long = len(query_words(state.lookup.title).split()) >= LONG
    for wide, most in WIDE.items():
        found_by_list = [
            c for c in state.candidates if (c.provider, c.rung) == (wide, Rung.TITLE_BATCH)
        ]
        if Question(wide, Rung.TITLE_BATCH) in state.queries and len(found_by_list) < most:
            return long or any(record.provider == wide for record in found)
    return False


def _unlisted(state: LookupState) -> bool:
    """Whether a service that knows nearly every work was queried for the title in bulk."""
    return any(Question(wide, Rung.TITLE_BATCH) in state.queries for wide in WIDE)


def _in_bulk(state: LookupState) -> bool:
    """Whether a service that forgives small differences was queried for the title in bulk."""
    return any(Question(name, Rung.TITLE_BATCH) in state.queries for name in FORGIVING)


def _has_enough_misses(state: LookupState, step: LadderStep) -> bool:
    """Whether enough of a step's providers do not know the title; one more for each service that
    knows nearly every work and could not be queried for it."""
    misses = sum(Question(name, Rung.TITLE_SEARCH) in state.queries for name in step.providers)
    missed = {f.provider for f in state.failures if f.rung is Rung.TITLE_BATCH} & WIDE.keys()
    return step.max_misses is not None and misses >= step.max_misses + len(missed)
