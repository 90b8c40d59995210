"""The whole program on one screen: scan ▶ plan ▶ resolve ▶ merge ▶ write."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from refmatter.config import Config
from refmatter.errors import ConfigError
from refmatter.files import alone
from refmatter.ledger import Ledger, digest
from refmatter.matching.precedence import PRECEDENCE, Rule
from refmatter.model import Field, Hints, Lookup, Outcome, Patch, Resolution, Rung, Status
from refmatter.notes.conventions import Conventions
from refmatter.place import Place
from refmatter.providers import catalog
from refmatter.registry import LADDER, PROVIDERS, Step
from refmatter.stages.climb import line_of
from refmatter.stages.merge import Wish, merge
from refmatter.stages.plan import Plan, plan
from refmatter.stages.resolve import resolve
from refmatter.stages.scan import Vault, scan
from refmatter.stages.world import Progress, Silent, World
from refmatter.stages.write import write
from refmatter.titles import title_key
from refmatter.web.cache import Store
from refmatter.web.client import Client, Patience, Service


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks of a run. `dry` changes no note and no ledger; `budget` is
    the most requests that renewing counts may take."""

    wish: Wish = field(default_factory=Wish)
    dry: bool = False
    offline: bool = False
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What a run found and did. `requests` counts those that really went out, by service; `day`
    is the day (ISO, UTC) it ran, "" where nobody needs to know."""

    vault: Vault
    plan: Plan
    resolutions: Mapping[str, Resolution]
    outcomes: tuple[Outcome, ...]
    requests: Mapping[str, int]
    dry: bool
    only: frozenset[Field] = frozenset(Field)
    day: str = ""


def run(
    place: Place,
    config: Config,
    options: Options,
    progress: Progress | None = None,
    patience: Patience = Patience(),  # noqa: B008 - frozen
) -> Run:
    """Complete the notes of a vault. Raises ConfigError, LedgerError, and Busy where another
    run is at work; a note that cannot be changed is an outcome, a service that cannot be asked
    a failure in a resolution."""
    ledger_path = config.ledger_path(place.root)
    with ExitStack() as stack:
        if not options.dry:
            stack.enter_context(alone(ledger_path.parent))
        ledger = Ledger.load(ledger_path, place.root)
        return _run(place, config, options, progress or Silent(), patience, ledger, ledger_path)


def _run(  # noqa: PLR0913, PLR0917 - what a run is made of
    place: Place,
    config: Config,
    options: Options,
    progress: Progress,
    patience: Patience,
    ledger: Ledger,
    ledger_path: Path,
) -> Run:
    ours = ledger.fingerprints()
    vault = scan(place.root, config, place.chosen, ours)
    planned = plan(vault, config, options.wish.only, ours)
    with ExitStack() as stack:
        store = stack.enter_context(Store(config.cache_path(place.root)))
        clients = open_clients(store, config, options, stack, patience)
        world = world_of(config, ledger, clients, options, progress, store)
        resolutions = resolve(planned, vault, config, world)
    least = config.said.min_change
    wish = replace(options.wish, least=least.absolute, share=least.relative)
    patches = merge(vault, planned, resolutions, ledger, wish)
    remember(ledger, resolutions, world.today)
    outcomes = _write(vault, planned, patches, config, options, ledger, ledger_path)
    return Run(
        vault=vault,
        plan=planned,
        resolutions=resolutions,
        outcomes=(*vault.refused, *outcomes),
        requests={name: client.requests for name, client in clients.items()},
        dry=options.dry,
        only=options.wish.only,
        day=world.today.isoformat(),
    )


def look_up(  # noqa: PLR0913 - a title and all that is known of it
    place: Place,
    config: Config,
    title: str,
    year: int | None = None,
    author: str | None = None,
    *,
    offline: bool = False,
) -> Resolution:
    """Look one title up, as far as it goes; nothing is written but the cache."""
    lookup = Lookup(
        key=title_key(title) or title,
        title=title,
        hints=Hints(year=year, first_author=author),
        linked=True,
    )
    planned = Plan(lookups=(lookup,), of_note={}, cites={})
    nothing = Vault(place.root, (), Conventions(forms={}), frozenset())
    with ExitStack() as stack:
        store = stack.enter_context(Store(config.cache_path(place.root)))
        clients = open_clients(store, config, Options(offline=offline), stack)
        world = world_of(config, Ledger(), clients, Options(), Silent())
        return resolve(planned, nothing, config, world)[lookup.key]


def open_clients(
    store: Store,
    config: Config,
    options: Options,
    stack: ExitStack,
    patience: Patience = Patience(),  # noqa: B008 - frozen
) -> dict[str, Client]:
    """A client for each service that is enabled; closed with the stack."""
    clients = {}
    asked = {name for step in ladder_of(config) for name in step.providers}
    for name, provider in PROVIDERS.items():
        said = config.service(name)
        if said.enabled and name in asked:
            key = config.api_key(name)
            limits = provider.limits(key, config.said.contact)
            service = Service(
                name=name,
                base_url=said.base_url or provider.HOST,
                limits=limits if said.every is None else replace(limits, every=said.every),
                headers=provider.headers(key),
                heard=provider.heard,
                fixed=said.every is not None,
            )
            clients[name] = stack.enter_context(
                Client(
                    service,
                    store=store,
                    days=_days(config, options),
                    refresh=options.wish.refresh and not options.offline,
                    contact=config.said.contact,
                    offline=options.offline,
                    patience=patience,
                )
            )
    return clients


def ladder_of(config: Config) -> tuple[Step, ...]:
    """The steps that are climbed: config.yaml's, or the house's. Raises ConfigError for a
    provider that does not serve a rung."""
    if config.said.ladder is None:
        return LADDER
    steps = tuple(
        Step(Rung(each.rung), each.ask, each.own, each.enough, each.beside)
        for each in config.said.ladder
    )
    for step in steps:
        for name in step.providers:
            if step.rung not in PROVIDERS[name].RUNGS:
                able = ", ".join(n for n, each in PROVIDERS.items() if step.rung in each.RUNGS)
                raise ConfigError(
                    f"{config.file}: `ladder`: {name} does not serve {step.rung}; {able} do"
                )
    return steps


def _days(config: Config, options: Options) -> int:
    """How long an answer is good for: no longer than the counts in it, but for as long as it
    is kept where nobody can be asked."""
    if options.offline:
        return 36_500
    ages = config.said.refresh_after
    limits = (config.said.cache.days, ages.citation_count, ages.reference_count)
    return min(days for days in limits if days is not None)


def world_of(  # noqa: PLR0913, PLR0917 - everybody there is
    config: Config,
    ledger: Ledger,
    clients: Mapping[str, Client],
    options: Options,
    progress: Progress,
    memory: Store | None = None,
) -> World:
    """Everybody who can be asked, today."""
    bundled = config.said.providers.catalog.enabled
    return World(
        ledger=ledger,
        catalog=catalog.load if bundled else None,
        catalog_date=catalog.DATE,
        providers=PROVIDERS,
        clients=clients,
        limits={name: client.limits for name, client in clients.items()},
        ladder=ladder_of(config),
        rule=Rule({**PRECEDENCE, **config.said.precedence.said()}, config.said.prefer),
        bars=config.said.match.bars(),
        memory=memory,
        today=datetime.now(UTC).date(),
        refresh=options.wish.refresh,
        budget=options.budget,
        progress=progress,
    )


def remember(ledger: Ledger, resolutions: Mapping[str, Resolution], today: date) -> None:
    """Put what is new into the ledger's lines."""
    for key, resolution in resolutions.items():
        if resolution.fresh:
            known = ledger.line(key)
            line = line_of(resolution, today, known)
            if line is not None:
                ledger.record(line)


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
    headings = config.said.references.headings
    before = {}
    for patch in patches:
        key = planned.of_note.get(patch.path, "")
        before[patch.path] = key, dict(ledger.written(key, patch.path))
        ledger.wrote(key, patch.path, _either(before[patch.path][1], patch))
    if not options.dry:
        ledger.save(ledger_path)
    outcomes = [
        write(vault.root, patch, vault.conventions, headings, dry=options.dry) for patch in patches
    ]
    done = (Status.WRITTEN, Status.CREATED)
    for patch, outcome in zip(patches, outcomes, strict=True):
        key, was = before[patch.path]
        ledger.wrote(key, patch.path, was | _written(patch) if outcome.status in done else was)
    if patches and not options.dry:  # without a patch nothing was added to what is saved
        ledger.save(ledger_path)
    return outcomes


def _written(patch: Patch) -> dict[Field, str]:
    """The fingerprints of what a patch writes that came from a provider."""
    return {c.field: digest(c.new) for c in patch.changes if c.provenance is not None}


def _either(was: Mapping[Field, str], patch: Patch) -> dict[Field, str]:
    """Old and new fingerprints, for as long as it is not sure which of them the note has."""
    new = _written(patch)
    both = {name: f"{was[name]}|{said}" for name, said in new.items() if name in was}
    return {**was, **new, **both}
