"""A rung and a provider -> the lookups that want to ask it."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from itertools import accumulate
from pathlib import PurePosixPath
from zlib import crc32

from msgspec.structs import replace

from refmatter.config.sections import Resolve
from refmatter.config.settings import Config
from refmatter.fields import COUNTS, LOOKED_UP, Field
from refmatter.matching.features import weigh
from refmatter.model import (
    Accepted,
    Ambiguous,
    Candidate,
    Hints,
    Identifiers,
    Lookup,
    Match,
    Rung,
    Work,
)
from refmatter.registry import FORGIVING, WIDE, LadderStep
from refmatter.resolve.context import ResolveContext
from refmatter.resolve.lookup_state import LookupState
from refmatter.resolve.lookup_table import LookupTable
from refmatter.stages.plan import Plan
from refmatter.state.ledger import base_key
from refmatter.titles import query_words

LONG = 5
"""Words of a title that is probably one work's alone."""
LISTED = 5
"""So many references of its own make a note's list worth holding against another one."""
_SEARCHED = frozenset({Rung.TITLE, Rung.TITLES})


class Scheduler:
    """All lookups of a run, and what each of them still wants to ask."""

    def __init__(
        self,
        plan: Plan,
        climbs: LookupTable,
        notes: Container[PurePosixPath],
        config: Config,
        world: ResolveContext,
    ) -> None:
        """`notes` are the paths of the notes that exist."""
        self._plan = plan
        self._climbs = climbs
        self._notes = notes
        self._max_age_days = config.settings.refresh_after_days.by_field()
        self._resolve = config.settings.references.resolve
        own = config.settings.providers.catalog
        self._full = own.authoritative and own.path is not None
        self._world = world
        self._served: dict[str, set[str]] = {}

    def of(self, step: LadderStep, names: Sequence[str]) -> list[Lookup]:
        """The lookups that want to ask one of these providers, with every identifier found so
        far, for a provider to ask by."""
        wants = {
            Rung.IDENTIFIER: self._want_identifier,
            Rung.TITLES: self._want_titles,
            Rung.TITLE: self._want_title,
            Rung.NAMESAKES: self._want_namesakes,
        }[step.rung]
        if step.rung is Rung.IDENTIFIER and names[0] != step.providers[0]:
            wants = self._want_more
        climbs = (each for each in self._climbs.awake.values())
        climbs = (each for each in climbs if self._is_own(each) or not step.notes_only)
        climbs = (each for each in climbs if not each.again)
        if step.rung is not Rung.NAMESAKES:  # what is settled only asks for a note's sake
            climbs = (each for each in climbs if each.lookup.notes or not each.settled)
        if self._full and step.rung is not Rung.IDENTIFIER:
            climbs = (each for each in climbs if each.settled or not _is_shelved(each))
        if step.rung is Rung.TITLE:  # enough who do not know it: a settled work is known
            climbs = (each for each in climbs if each.settled or not _had_enough(each, step))
        return [as_known(each) for each in climbs if any(wants(each, name) for name in names)]

    def parents(self, name: str, *, dear: bool) -> list[Lookup]:
        """The notes' works whose reference lists may know what is still open.

        Where each list is a request of its own (`dear`) it is only asked for what titles cannot
        settle: one list for each lookup that shares its title with another work.
        """
        parents: dict[str, tuple[Lookup, set[str]]] = {}
        served = self._served.setdefault(name, set())
        naming = {path for path in self._plan.cites if self.named_in(path)}
        for own in self._climbs.about(naming):
            if own.key in served:
                continue
            climb = self._climbs[own.key]
            if climb.identifiers and (climb.settled or not climb.lookup.wanted):
                lookup = as_known(climb)
                children = self.children(lookup, name)
                keys = {c.lookup.key for c in children if not dear or _is_torn(c, name)}
                if keys:  # several notes may be about one work, whose list is one question
                    question = citing(name, lookup)
                    other, more = parents.get(question, (lookup, set[str]()))
                    notes = tuple(dict.fromkeys((*other.notes, *lookup.notes)))
                    parents[question] = replace(other, notes=notes), keys | more
                elif not children and own.key not in self._climbs.awake:
                    served.add(own.key)  # it stays as it is, and its children want ever less
        if not dear:
            return [lookup for lookup, _ in parents.values()]
        chosen, covered = [], set[str]()
        for lookup, keys in sorted(parents.values(), key=lambda each: (-len(each[1]), each[0].key)):
            if keys - covered:
                chosen.append(lookup)
                covered |= keys
        return chosen

    def children(self, parent: Lookup, name: str) -> list[LookupState]:
        """The open lookups that a work's notes name and that its list there was not asked for."""
        question = citing(name, parent)
        return [
            climb
            for path in parent.notes
            for climb in self.named_in(path)
            if question not in climb.asked
        ]

    def named_in(self, path: PurePosixPath) -> list[LookupState]:
        """The open lookups that a note names in its reference list."""
        awake = self._climbs.awake
        climbs = (awake[key] for key in self._plan.cites.get(path, ()) if key in awake)
        return [climb for climb in climbs if not (climb.settled or climb.again)]

    def rivals(self, name: str) -> list[Lookup]:
        """The works that are meant by what several works are called, each under the name of the
        question for its reference list, where a note's own can be held against it."""
        rivals: dict[str, Lookup] = {}
        for climb in self._climbs.awake.values():
            if not climb.again and self._is_torn_with_list(climb):
                for work in _fitting(climb):
                    question = listing(name, work.identifiers)
                    if question and question not in climb.asked:
                        hints = Hints(identifiers=_askable(work.identifiers))
                        rival = replace(climb.lookup, key=question, hints=hints, notes=())
                        rival = rivals.get(question, rival)
                        notes = dict.fromkeys((*rival.notes, *climb.lookup.notes))
                        rivals[question] = replace(rival, notes=tuple(notes))
        return [rivals[question] for question in sorted(rivals)]

    def meant_by(self, rival: Lookup) -> list[LookupState]:
        """The doubtful notes that may mean one of `rivals`."""
        return [self._climbs[self._plan.of_note[path]] for path in rival.notes]

    def order(self, lookup: Lookup, step: LadderStep, names: Sequence[str]) -> list[str]:
        """The providers in the order in which a title asks them. Where all are asked it is a
        turn of one wheel, begun at a place of the title's own: so all lanes have work from the
        start, each as much as its pace allows, and a title asks the same providers whatever
        else a run holds. Where one is enough, it is the step's own order, and each new try
        begins with the next."""
        climb = self._climbs[lookup.key]
        wheel = [name for name in names if self._want_title(climb, name)]
        if not wheel:
            return []
        if step.max_misses is not None:
            start = (climb.line.tries if climb.line else 0) % len(wheel)
        else:
            speeds = [1 / max(self._world.min_interval(name), 0.01) for name in wheel]
            place = crc32(base_key(lookup.key).encode()) / 2**32 * sum(speeds)
            ends = accumulate(speeds)
            start = next((index for index, end in enumerate(ends) if place < end), 0)
        return wheel[start:] + wheel[:start]

    def to_refresh(self, climb: LookupState) -> bool:
        """Whether a settled work's counts are to be asked for again."""
        return _to_refresh(climb, self._max_age_days, self._world)

    def climbs_alone(self, climb: LookupState) -> bool:
        """Whether a lookup may cost a request of its own."""
        lookup = climb.lookup
        return bool(lookup.notes or lookup.linked or self._resolve is Resolve.ALL)

    def _is_own(self, climb: LookupState) -> bool:
        """Whether an existing note is about it, or a person asks for it alone."""
        lookup = climb.lookup
        by_hand = not (lookup.notes or lookup.cited_by)
        return by_hand or any(path in self._notes for path in lookup.notes)

    def _want_identifier(self, climb: LookupState, name: str) -> bool:
        if not climb.identifiers:
            return False
        if self.to_refresh(climb):
            return not any(c.provider == name for c in climb.candidates)
        if f"{name}/{Rung.IDENTIFIER}" in climb.asked:
            return False
        if not climb.settled:
            return bool(climb.lookup.wanted) or not climb.lookup.notes
        known_afresh = climb.said_by(name) or (climb.known and not climb.lacks())
        return bool(climb.lookup.notes and climb.lookup.wanted) and not known_afresh

    def _want_more(self, climb: LookupState, name: str) -> bool:
        """What the first provider asked by identifier left open, or could not say."""
        if not climb.identifiers or f"{name}/{Rung.IDENTIFIER}" in climb.asked:
            return False
        if not climb.settled:
            return bool(climb.lookup.wanted) or not climb.lookup.notes
        return self._lacks(climb, name, frozenset(LOOKED_UP))

    def _lacks(self, climb: LookupState, name: str, fields: frozenset[Field]) -> bool:
        """Whether a settled work's note still wants one of these fields, and this provider may
        know it."""
        if not climb.lookup.notes or climb.said_by(name):
            return False
        return any(name in self._world.rule.order[each] for each in climb.lacks() & fields)

    def _lacks_counts(self, climb: LookupState, name: str) -> bool:
        """Whether a settled work is looked for by its title, since this provider, whose counts
        its note wants, does not know it by any of its identifiers."""
        return self._lacks(climb, name, COUNTS) and not self._may_be_named(climb, name)

    def _want_titles(self, climb: LookupState, name: str) -> bool:
        """Many titles fit into one question, so plain references come along; but what a
        service that knows nearly every work does not list, the others hardly know."""
        if f"{name}/{Rung.TITLES}" in climb.asked or not climb.lookup.title:
            return False
        if climb.settled:
            alone = f"{name}/{Rung.TITLE}" in climb.asked  # where it could not be asked for in bulk
            return not alone and self._lacks_counts(climb, name)
        if _has_namesakes(climb) or (_unlisted(climb) and not self.climbs_alone(climb)):
            return False
        return bool(not climb.lookup.notes or climb.lookup.wanted or self._cites_open(climb.lookup))

    def _want_title(self, climb: LookupState, name: str) -> bool:
        if not climb.lookup.title:
            return False
        in_bulk = f"{name}/{Rung.TITLES}" in climb.asked
        if f"{name}/{Rung.TITLE}" in climb.asked or (in_bulk and name not in FORGIVING):
            return False
        if climb.settled:
            return not in_bulk and self._lacks_counts(climb, name)
        if _has_namesakes(climb) or not self.climbs_alone(climb):
            return False
        lookup = climb.lookup
        if not self._is_own(climb) and self._resolve is not Resolve.ALL and _in_bulk(climb):
            return False  # a search that forgives more is worth a request for a note's own title
        return bool(not lookup.notes or lookup.wanted or self._cites_open(lookup))

    def _may_be_named(self, climb: LookupState, name: str) -> bool:
        """Whether a provider is still to be asked by an identifier of the work."""
        provider = self._world.providers[name]
        if Rung.IDENTIFIER not in provider.RUNGS or f"{name}/{Rung.IDENTIFIER}" in climb.asked:
            return False
        return any(True for _ in provider.ask(Rung.IDENTIFIER, [as_known(climb)]))

    def _cites_open(self, lookup: Lookup) -> bool:
        """Whether knowing this note's work would help its references."""
        return not lookup.hints.names and any(self.named_in(p) for p in lookup.notes)

    def _is_torn_with_list(self, climb: LookupState) -> bool:
        """Whether its note lists so much that the reference lists of the works it may mean would
        tell which one it is."""
        lookup = climb.lookup
        if not (_has_namesakes(climb) or _is_too_short(climb) or _is_doubted_by_length(climb)):
            return False
        if len(lookup.notes) != 1 or lookup.notes[0] not in self._notes:
            return False
        if (lookup.hints.references or 0) < LISTED:
            return False
        return bool(lookup.wanted or self._cites_open(lookup))

    def _want_namesakes(self, climb: LookupState, name: str) -> bool:
        """What a search for one title finds is one record, or a list that is cut short; only
        the list of a title's works shows whether there are more, or whether another one is
        what the note speaks of."""
        if f"{name}/{Rung.NAMESAKES}" in climb.asked or not climb.lookup.title:
            return False
        if self._is_torn_with_list(climb) and not all(
            listing(name, m.candidate.work.identifiers) for m in _matches(climb)
        ):
            return True  # it may list the same works, and then be asked what they cite
        searched = _only_searched(climb)
        if not searched:
            return False
        if isinstance(climb.decision, Ambiguous):
            return self.climbs_alone(climb)
        if _listed_whole(climb, searched):
            return False
        return self.climbs_alone(climb) or len(query_words(climb.lookup.title).split()) < LONG


def rests(climb: LookupState, config: Config, world: ResolveContext) -> bool:
    """Whether a climb has nothing to ask: the ledger settles it, by today's rule, and its notes
    lack nothing of it."""
    if not climb.known or climb.lookup.wanted or climb.is_outdated:
        return False
    return not _to_refresh(climb, config.settings.refresh_after_days.by_field(), world)


def _to_refresh(
    climb: LookupState, max_age_days: Mapping[Field, int], world: ResolveContext
) -> bool:
    if not (climb.known and climb.identifiers and climb.lookup.notes):
        return False
    return world.refresh or climb.stale(world.today, max_age_days)


def as_known(climb: LookupState) -> Lookup:
    """The lookup with every identifier found so far."""
    if climb.identifiers == climb.lookup.hints.identifiers:
        return climb.lookup
    hints = replace(climb.lookup.hints, identifiers=climb.identifiers)
    return replace(climb.lookup, hints=hints)


def citing(name: str, parent: Lookup) -> str:
    """How the ledger writes that a work's reference list was read at a provider."""
    names = dict(parent.hints.identifiers)
    return f"{name}/{Rung.CITING}/{names.get('s2') or next(iter(names.values()))}"


def listing(name: str, identifiers: Identifiers) -> str:
    """How the ledger writes that a provider was asked what a work cites, which a title may mean;
    "" where it cannot be asked for."""
    called = next(iter(_askable(identifiers)), None)
    return f"{name}/{Rung.LISTS}/{called[1]}" if called else ""


def _askable(identifiers: Identifiers) -> Identifiers:
    """What a work is called without the names that other services gave to their records of it:
    what these call two works may be one elsewhere."""
    return replace(identifiers, openalex=None, dblp=None)


def _matches(climb: LookupState) -> tuple[Match, ...]:
    """The works between which a title is doubtful."""
    return climb.decision.matches if isinstance(climb.decision, Ambiguous) else ()


def _is_too_short(climb: LookupState) -> bool:
    """Whether a work is in doubt only since many may have so short a title."""
    return any(m.features.get("title") == 1.0 and "specific" in m.features for m in _matches(climb))


def _is_doubted_by_length(climb: LookupState) -> bool:
    """Whether a work is in doubt since the note lists more than it is known to cite: what it does
    cite would tell."""
    return any(
        m.features.get("title") == 1.0 and m.features.get("references", 1.0) < 1.0
        for m in _matches(climb)
    )


def _is_shelved(climb: LookupState) -> bool:
    """Whether the catalogue has works of the very title, of which any may be meant."""
    fits = (m.candidate for m in _matches(climb) if m.features.get("title") == 1.0)
    return any(each.provider == "catalog" for each in fits)


def _fitting(climb: LookupState) -> list[Work]:
    """The works that have a title, as each who knows one describes it."""
    return [c.work for c in climb.candidates if weigh(climb.lookup, c).features["title"] == 1.0]


def _has_namesakes(climb: LookupState) -> bool:
    """Whether several works have its title: one record more cannot tell them apart."""
    return sum(m.features.get("title") == 1.0 for m in _matches(climb)) > 1


def _is_torn(climb: LookupState, name: str) -> bool:
    """Whether a reference list is needed to settle a title, and a provider gave none yet:
    several works have it, or nobody was asked for it in bulk."""
    if any(question.startswith(f"{name}/{Rung.CITING}/") for question in climb.asked):
        return False
    in_bulk = any(question.endswith(f"/{Rung.TITLES}") for question in climb.asked)
    return _has_namesakes(climb) or not in_bulk


def _only_searched(climb: LookupState) -> list[Candidate]:
    """The records of the one work that was found by searching, where nothing but the title
    speaks for it, or something speaks against it."""
    decision = climb.decision
    if climb.known or not isinstance(decision, (Accepted, Ambiguous)):
        return []
    if isinstance(decision, Accepted) and decision.corroborated:
        return []
    if isinstance(decision, Ambiguous) and len(decision.matches) > 1:
        return []
    found = [m.candidate for m in decision.matches]
    return found if all(each.rung in _SEARCHED for each in found) else []


def _listed_whole(climb: LookupState, found: Sequence[Candidate]) -> bool:
    """Whether somebody who knows nearly every work has listed those of a title, and what was
    found is spelt as it was asked for: such a list is made by words, and "GradientBased" does
    not bring "Gradient-based". Of a short title the list itself must have the work."""
    asked = {query_words(t).casefold() for t in (climb.lookup.title, *climb.lookup.spellings)}
    if not asked >= {query_words(each.work.title).casefold() for each in found}:
        return False
    long = len(query_words(climb.lookup.title).split()) >= LONG
    for wide, most in WIDE.items():
        listed = [c for c in climb.candidates if (c.provider, c.rung) == (wide, Rung.TITLES)]
        if f"{wide}/{Rung.TITLES}" in climb.asked and len(listed) < most:
            return long or any(each.provider == wide for each in found)
    return False


def _unlisted(climb: LookupState) -> bool:
    """Whether somebody who knows nearly every work was asked for the title in bulk."""
    return any(f"{wide}/{Rung.TITLES}" in climb.asked for wide in WIDE)


def _in_bulk(climb: LookupState) -> bool:
    """Whether a service that could be asked for the title alone was asked in bulk."""
    return any(f"{name}/{Rung.TITLES}" in climb.asked for name in FORGIVING)


def _had_enough(climb: LookupState, step: LadderStep) -> bool:
    """Whether so many of a step's providers have said that they do not know a title; one more
    for each service that knows nearly every work and could not be asked for it."""
    heard = sum(f"{name}/{Rung.TITLE}" in climb.asked for name in step.providers)
    missed = {f.provider for f in climb.failures if f.rung is Rung.TITLES} & WIDE.keys()
    return step.max_misses is not None and heard >= step.max_misses + len(missed)
