"""The whole program on one screen: scan ▶ plan ▶ resolve ▶ merge ▶ write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path, PurePosixPath

from refmatter.catalog.combined import CombinedCatalog, OpenCatalogue
from refmatter.catalog.database import open_catalog
from refmatter.config.settings import Config
from refmatter.errors import ConfigError
from refmatter.fields import Field
from refmatter.files import lock_folder, remove_leftover, temporary_files
from refmatter.location import VaultLocation
from refmatter.matching.precedence import PrecedenceRule
from refmatter.model import (
    Failure,
    Hints,
    Lookup,
    LookupKey,
    Outcome,
    Ownership,
    Patch,
    Resolution,
    Rung,
    Status,
    names_work,
)
from refmatter.notes.vault import exists
from refmatter.providers import bundled_catalog
from refmatter.registry import BROKEN, LADDER, PRECEDENCE, PROVIDERS, LadderStep
from refmatter.resolve.context import Progress, ResolveContext, SilentProgress
from refmatter.resolve.lookup_state import line_of
from refmatter.resolve.next_due import rest
from refmatter.resolve.renewal import Renewal, renew
from refmatter.resolve.resolver import resolve
from refmatter.schema.conventions import ABSENT, Conventions
from refmatter.stages.merge import MergeOptions, former_works, is_about_another_work, merge
from refmatter.stages.plan import Plan, plan
from refmatter.stages.scan import Vault, scan
from refmatter.stages.write import write
from refmatter.state import ownership
from refmatter.state.journal import Journal
from refmatter.state.ledger import FEW as FEW_LINES
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine
from refmatter.state.note_store import FEW as FEW_NOTES
from refmatter.state.run_manifest import Rest
from refmatter.titles import title_key
from refmatter.web.cache import CachePolicy, ResponseStore
from refmatter.web.client import Client, NetworkPolicy, ServiceEndpoint


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks of a run. `dry` changes no note and no ledger; `budget` is
    the most requests that renewing counts may take; so many notes and lines of the ledger are
    kept in memory."""

    merge: MergeOptions = field(default_factory=MergeOptions)
    dry: bool = False
    offline: bool = False
    budget: int | None = None
    few_notes: int = FEW_NOTES
    few_lines: int = FEW_LINES


@dataclass(frozen=True, slots=True)
class Traffic:
    """What a service was asked: requests by rung, and the seconds slept between them."""

    by_rung: Mapping[str, int]
    waited: float


@dataclass(frozen=True, slots=True)
class Run:
    """What a run found and did. `requests` counts those that really went out, by service; `rest`
    tells when another run would do the same, where that is known; `day` is the day (ISO, UTC) it
    ran, "" where nobody needs to know."""

    vault: Vault
    plan: Plan
    resolutions: Mapping[LookupKey, Resolution]
    outcomes: tuple[Outcome, ...]
    requests: Mapping[str, int]
    dry: bool
    only: frozenset[Field] = frozenset(Field)
    emptied: Mapping[PurePosixPath, frozenset[Field]] = field(default_factory=dict)
    """The fields that a person took out of notes that we had filled."""
    rest: Rest | None = None
    day: str = ""
    traffic: Mapping[str, Traffic] = field(default_factory=dict)
    origins: frozenset[str] = frozenset()
    """Whose data the catalogues have that were asked."""
    retracted: tuple[LedgerLine, ...] = ()
    """What the ledger says of the works that it did not know as retracted before."""
    not_renewed: Mapping[str, Failure] = field(default_factory=dict)
    """Why services could not be asked whether settled works were retracted, by service."""


def run(
    location: VaultLocation,
    config: Config,
    options: Options,
    progress: Progress | None = None,
    policy: NetworkPolicy = NetworkPolicy(),  # noqa: B008 - frozen
) -> Run:
    """Complete the notes of a vault. Raises ConfigError, LedgerError, and Busy where another
    run is at work; a note that cannot be changed is an outcome, a service that cannot be asked
    a failure in a resolution."""
    ledger_path = config.ledger_path(location.root)
    with ExitStack() as stack:
        if not options.dry:
            stack.enter_context(lock_folder(ledger_path.parent))
            for leftover in temporary_files(ledger_path.resolve().parent):
                remove_leftover(leftover)
        ledger = Ledger.load(ledger_path, location.root, options.few_lines)
        return _run(
            location, config, options, progress or SilentProgress(), policy, ledger, ledger_path
        )


def _run(  # noqa: PLR0913, PLR0917 - what a run is made of
    location: VaultLocation,
    config: Config,
    options: Options,
    progress: Progress,
    policy: NetworkPolicy,
    ledger: Ledger,
    ledger_path: Path,
) -> Run:
    ours = ledger.written_by_note()
    leftover = _let_be if options.dry else remove_leftover
    vault = scan(location.root, config, location.is_chosen, ours, leftover, options.few_notes)
    refilled = options.merge.only if options.merge.refill_removed else ()
    is_gone = partial(_is_gone, vault)
    for old, new in ownership.renamed(vault.notes, ledger, is_gone).items():
        ledger.move(old, new)
    seen = ownership.observed_notes(vault.heads(), vault.conventions, ours, refilled)
    written = ownership.ObservedOwnership(ours, seen)
    settled = partial(verdict_on, ledger, config.settings.match.thresholds().version)
    planned = plan(vault, config, options.merge.only, written, settled, ledger.key)
    former = former_works(planned, ledger)
    ownership.record_observed(ledger, planned.of_note, seen)
    with ExitStack() as stack:
        store = stack.enter_context(ResponseStore(config.cache_path(location.root)))
        clients = open_clients(store, config, options, stack, policy)
        catalogs = open_catalogs(config, location.root, stack)
        context = context_of(config, ledger, catalogs, clients, options, progress, store)
        progress.begin(len(vault.notes), clients)
        policy.cancellation.arm()
        resolutions = resolve(planned, vault, config, context)
        retracted = remember(ledger, resolutions.moved(), context.today)
        renewal = Renewal()
        if options.budget is not None:
            renewal = renew(ledger, context, resolutions.budget)
            retracted += _record(ledger, renewal.lines)
            resolutions.renew(renewal.lines)
    least = config.settings.min_change
    merge_options = replace(options.merge, least=least.absolute, share=least.relative)
    patches = merge(vault, planned, resolutions, ledger, merge_options, former, renewal.published)
    _with_title(ledger, planned, resolutions, former)
    outcomes = _write(vault, planned, patches, config, options, ledger, ledger_path)
    requests = {name: client.requests for name, client in clients.items()}
    asks = options.merge.refresh or options.budget is not None or any(requests.values())
    return Run(
        vault=vault,
        plan=planned,
        resolutions=resolutions,
        outcomes=(*vault.refused, *outcomes),
        requests=requests,
        dry=options.dry,
        only=options.merge.only,
        emptied=ownership.emptied(vault.heads(), vault.conventions, written),
        rest=None
        if asks
        else rest(vault, planned, resolutions, outcomes, ledger, config, context.today),
        day=context.today.isoformat(),
        traffic={
            name: Traffic(client.requests_by_rung, client.waited)
            for name, client in clients.items()
        },
        origins=catalogs[0].origins if catalogs[0] else frozenset(),
        retracted=tuple(retracted),
        not_renewed=renewal.failures,
    )


def _let_be(_leftover: Path) -> None:
    """A dry run leaves everything as it is."""


def look_up(  # noqa: PLR0913 - a title and all that is known of it
    location: VaultLocation,
    config: Config,
    title: str,
    year: int | None = None,
    author: str | None = None,
    *,
    offline: bool = False,
) -> Resolution:
    """Look one title up, as far as it goes; nothing is written but the cache."""
    lookup = Lookup(
        key=LookupKey(title_key(title) or title),
        title=title,
        hints=Hints(year=year, first_author=author),
        linked=True,
    )
    planned = Plan(lookups=(lookup,), of_note={}, cites={})
    nothing = Vault(location.root, (), Conventions(forms={}), frozenset())
    with ExitStack() as stack:
        store = stack.enter_context(ResponseStore(config.cache_path(location.root)))
        clients = open_clients(store, config, Options(offline=offline), stack)
        catalogs = open_catalogs(config, location.root, stack)
        context = context_of(config, Ledger(), catalogs, clients, Options(), SilentProgress())
        return resolve(planned, nothing, config, context)[lookup.key]


def open_clients(
    store: ResponseStore,
    config: Config,
    options: Options,
    stack: ExitStack,
    policy: NetworkPolicy = NetworkPolicy(),  # noqa: B008 - frozen
) -> dict[str, Client]:
    """Return a client for each service that is enabled; closed with the stack."""
    clients = {}
    names = {name for step in ladder_of(config) for name in step.providers}
    for name, provider in PROVIDERS.items():
        configured = config.service(name)
        if configured.enabled and name in names:
            key = config.api_key(name)
            limits = provider.limits(key, config.settings.contact)
            service = ServiceEndpoint(
                name=name,
                base_url=configured.base_url or provider.INFO.host,
                limits=limits
                if configured.min_interval_seconds is None
                else replace(limits, min_interval=configured.min_interval_seconds),
                headers=provider.headers(key),
                limits_from_headers=provider.limits_from_headers,
                fixed_interval=configured.min_interval_seconds is not None,
                api_key=key,
                contact_parameter=provider.INFO.contact_parameter,
                home=provider.INFO.host,
                key_benefit=provider.INFO.key_benefit,
            )
            clients[name] = stack.enter_context(
                Client(
                    service,
                    cache=CachePolicy(
                        store,
                        _days(config, options),
                        refresh=options.merge.refresh and not options.offline,
                    ),
                    contact=config.settings.contact,
                    offline=options.offline,
                    policy=policy,
                )
            )
    return clients


def open_catalogs(
    config: Config, root: Path, stack: ExitStack
) -> tuple[CombinedCatalog | None, str]:
    """Return the catalogues, the user's own before the bundled one, and their state in a word;
    closed with the stack. Raises ConfigError for one that cannot be used."""
    opened: list[Callable[[], OpenCatalogue]] = []
    states: list[str] = []
    origins: set[str] = set()
    if folder := config.catalog_path(root):
        catalog = stack.enter_context(closing(open_catalog(folder)))
        opened.append(lambda: catalog)
        states.append(catalog.manifest.generation)
        origins.update(origin.name for origin in catalog.manifest.origins)
    if config.settings.providers.catalog.enabled:
        opened.append(bundled_catalog.load)
        states.append(bundled_catalog.DATE)
        origins |= bundled_catalog.ORIGINS
    return (CombinedCatalog(opened, origins) if opened else None), "+".join(states)


def ladder_of(config: Config) -> tuple[LadderStep, ...]:
    """Return the steps that are climbed: config.yaml's, or the house's. Raises ConfigError for a
    provider that does not serve a rung."""
    if BROKEN:
        way_out = "update or uninstall it"
        raise ConfigError("\n".join(f"{problem}; {way_out}" for problem in BROKEN.values()))
    if config.settings.ladder is None:
        return LADDER
    steps = tuple(
        LadderStep(Rung(step.rung), step.ask, step.notes_only, step.max_misses, step.with_previous)
        for step in config.settings.ladder
    )
    for step in steps:
        for name in step.providers:
            if step.rung not in PROVIDERS[name].INFO.rungs:
                able = ", ".join(
                    n for n, provider in PROVIDERS.items() if step.rung in provider.INFO.rungs
                )
                raise ConfigError(
                    f"{config.file}: `ladder`: {name} does not serve {step.rung}; {able} do"
                )
    return steps


def _days(config: Config, options: Options) -> int:
    """Return how long an answer is good for: no longer than the counts in it, but for as long as it
    is kept where nobody can be asked."""
    if options.offline:
        return 36_500
    refreshed = config.settings.refresh_after_days.by_field()
    return min((config.settings.cache.max_age_days, *refreshed.values()))


def context_of(  # noqa: PLR0913, PLR0917 - everybody there is
    config: Config,
    ledger: Ledger,
    catalogs: tuple[CombinedCatalog | None, str],
    clients: Mapping[str, Client],
    options: Options,
    progress: Progress,
    memory: ResponseStore | None = None,
) -> ResolveContext:
    """Return the context of the resolve stage: ladder, clients, catalogues, limits and the day."""
    catalogues, state = catalogs
    return ResolveContext(
        ledger=ledger,
        catalog=catalogues,
        catalog_date=state,
        providers=PROVIDERS,
        clients=clients,
        limits={name: client.limits for name, client in clients.items()},
        ladder=ladder_of(config),
        precedence_rule=PrecedenceRule(
            {**PRECEDENCE, **config.settings.precedence.by_field()}, config.settings.prefer
        ),
        thresholds=config.settings.match.thresholds(),
        memory=memory,
        today=datetime.now(UTC).date(),
        refresh=options.merge.refresh,
        budget=options.budget,
        progress=progress,
        pauses=lambda: {
            name: left
            for name, client in clients.items()
            if (left := client.pause_left) is not None
        },
        wait_out=lambda name: clients[name].wait_out_pause(),
    )


def _is_gone(vault: Vault, path: PurePosixPath) -> bool:
    return not exists(vault.root, path)


def verdict_on(ledger: Ledger, version: str, key: LookupKey, evidence: str) -> str:
    """Return the ledger's verdict on a title, in a report's words, where it was reached by this
    evidence and today's rule has no say in it; else ""."""
    line = ledger.line(key)
    if line is None or line.verdict not in ("accepted", "ruled") or line.hints != evidence:
        return ""
    if line.verdict == "ruled":
        return "ruled"
    return "found" if line.matcher_version == version else ""


def remember(ledger: Ledger, resolutions: Iterable[Resolution], today: date) -> list[LedgerLine]:
    """Put what is new into the ledger's lines; return those of works newly known as retracted."""
    fresh = (resolution for resolution in resolutions if resolution.fresh)
    lines = (line_of(found, today, ledger.line(found.lookup.key)) for found in fresh)
    return _record(ledger, (line for line in lines if line is not None))


def _record(ledger: Ledger, lines: Iterable[LedgerLine]) -> list[LedgerLine]:
    """Record lines; return those of works that the ledger did not know as retracted."""
    retracted = []
    for line in lines:
        known = ledger.line(line.key)
        if line.retracted and not (known and known.retracted):
            retracted.append(line)
        ledger.record(line)
    return retracted


def _with_title(
    ledger: Ledger,
    planned: Plan,
    resolutions: Mapping[LookupKey, Resolution],
    former: Mapping[PurePosixPath, LedgerLine],
) -> None:
    """Have the line of a note's new title know what the note has from us, where its work is the
    same as before."""
    for path, line in former.items():
        key = planned.of_note[path]
        resolution = resolutions[key]
        known = names_work(resolution.decision) and ledger.line(key) is not None
        if known and key != line.key and not is_about_another_work(line, resolution):
            ledger.set_written(key, path, ledger.written(path))


def _write(  # noqa: PLR0913, PLR0917 - the last stage is handed all that the others made
    vault: Vault,
    planned: Plan,
    patches: list[Patch],
    config: Config,
    options: Options,
    ledger: Ledger,
    ledger_path: Path,
) -> list[Outcome]:
    """Write the notes, the ledger first: killed in between, the next run fills from it."""
    headings = config.settings.references.headings
    if options.dry:
        return write(vault.root, patches, vault.conventions, headings, None)
    before = {}
    changing = {patch.path for patch in patches}
    entries = {n.path: n.entries for n in vault.heads() if n.path in changing}
    for patch in patches:
        key = planned.of_note.get(patch.path)
        was = ledger.written(patch.path)
        before[patch.path] = key, was
        ledger.set_written(
            key, patch.path, _either(was, patch, entries.get(patch.path, ()), vault.conventions)
        )
    for path, key in planned.of_note.items():
        ledger.forget(path, key)
    with Journal(ledger_path, vault.root, "enrich") as journal:
        ledger.save(ledger_path, journal.ledger)
        outcomes = write(vault.root, patches, vault.conventions, headings, journal)
        done = (Status.WRITTEN, Status.CREATED)
        for patch, outcome in zip(patches, outcomes, strict=True):
            key, was = before[patch.path]
            new = ownership.after_writing(patch.changes, entries.get(patch.path, ()), was)
            ledger.set_written(key, patch.path, new if outcome.status in done else was)
            ledger.forget(patch.path, key)  # a line that knew only what was taken out
        if patches:  # without a patch nothing was added to what is saved
            ledger.save(ledger_path, journal.ledger)
    return outcomes


def _either(
    was: Mapping[Field, Ownership],
    patch: Patch,
    entries: tuple[tuple[object, object], ...],
    conventions: Conventions,
) -> dict[Field, Ownership]:
    """Return what the ledger holds of a note while it is written."""
    new = {
        change.field: ABSENT if change.removed and not change.keep_key else change.new
        for change in patch.changes
    }
    return ownership.either(
        was,
        ownership.after_writing(patch.changes, entries, was),
        lambda name: conventions.value_or_absent(entries, name),
        lambda name: new[name],
    )
