"""Open what a lookup can be asked of: the services of the ladder, and the catalogues."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from refmatter.catalog.combined import CombinedCatalog, OpenCatalogue
from refmatter.catalog.database import open_catalog
from refmatter.config.settings import Config
from refmatter.errors import ConfigError
from refmatter.matching.precedence import PrecedenceRule
from refmatter.model import Rung
from refmatter.providers import bundled_catalog
from refmatter.registry import BROKEN, LADDER, PROVIDERS, LadderStep
from refmatter.resolve.context import Progress, ResolveContext
from refmatter.web.cache import CachePolicy, ResponseStore
from refmatter.web.client import Client, NetworkPolicy, ServiceEndpoint

_FOR_EVER = 36_500
"""Days for which an answer is good where nobody can be asked."""


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """How the services are used: not at all, anew for what the cache holds, and with how many
    requests for renewing what is settled (None: none of that)."""

    offline: bool = False
    refresh: bool = False
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class OpenSources:
    """The services and catalogues that are open, by name and whose data they have, and the context
    of the resolve stage that uses them."""

    clients: Mapping[str, Client]
    origins: frozenset[str]
    context: ResolveContext


class Sources:
    """The services and catalogues that a configuration names."""

    def __init__(self, config: Config, root: Path) -> None:
        self._config = config
        self._root = root

    def ladder(self) -> tuple[LadderStep, ...]:
        """Return the steps that are climbed: config.yaml's, or the house's. Raises ConfigError for
        a provider that does not serve a rung."""
        if BROKEN:
            way_out = "update or uninstall it"
            raise ConfigError("\n".join(f"{problem}; {way_out}" for problem in BROKEN.values()))
        settings = self._config.settings
        if settings.ladder is None:
            return LADDER
        steps = tuple(
            LadderStep(
                Rung(step.rung),
                step.ask,
                step.notes_only,
                step.max_misses,
                step.with_previous,
                step.only_fitting,
            )
            for step in settings.ladder
        )
        for step in steps:
            for name in step.providers:
                self._check_serves(name, step.rung)
        return steps

    def _check_serves(self, name: str, rung: Rung) -> None:
        """Raise ConfigError for a provider that does not serve a rung."""
        if rung in PROVIDERS[name].INFO.rungs:
            return
        able = ", ".join(n for n, provider in PROVIDERS.items() if rung in provider.INFO.rungs)
        raise ConfigError(f"{self._config.file}: `ladder`: {name} does not serve {rung}; {able} do")

    def services(self) -> tuple[str, ...]:
        """Return the services of the ladder that are enabled."""
        names = {name for step in self.ladder() for name in step.providers}
        return tuple(n for n in PROVIDERS if n in names and self._config.service(n).enabled)

    def endpoint(self, name: str) -> ServiceEndpoint:
        """Return the address, headers and limits of a service."""
        configured, provider = self._config.service(name), PROVIDERS[name]
        key, interval = self._config.api_key(name), configured.min_interval_seconds
        limits = provider.limits(key, self._config.settings.contact)
        return ServiceEndpoint(
            name=name,
            base_url=configured.base_url or provider.INFO.host,
            limits=limits if interval is None else replace(limits, min_interval=interval),
            headers=provider.headers(key),
            limits_from_headers=provider.limits_from_headers,
            fixed_interval=interval is not None,
            api_key=key,
            key_variable=configured.api_key_env,
            contact_parameter=provider.INFO.contact_parameter,
            home=provider.INFO.host,
            key_benefit=provider.INFO.key_benefit,
        )

    def open(
        self,
        options: NetworkOptions,
        progress: Progress,
        policy: NetworkPolicy,
        stack: ExitStack,
    ) -> OpenSources:
        """Open cache, clients and catalogues; they are closed with the stack. Raises ConfigError
        for what cannot be used."""
        config, settings = self._config, self._config.settings
        store = stack.enter_context(ResponseStore(config.cache_path(self._root)))
        refresh = options.refresh and not options.offline
        cache = CachePolicy(store, self._days(offline=options.offline), refresh=refresh)
        clients = {
            name: stack.enter_context(
                Client(
                    self.endpoint(name),
                    cache=cache,
                    contact=settings.contact,
                    offline=options.offline,
                    policy=policy,
                )
            )
            for name in self.services()
        }
        catalogues, state = self._open_catalogues(stack)
        catalog = settings.providers.catalog
        context = ResolveContext(
            catalog=catalogues,
            catalog_date=state,
            providers=PROVIDERS,
            clients=clients,
            limits={name: client.limits for name, client in clients.items()},
            ladder=self.ladder(),
            precedence_rule=PrecedenceRule.with_orders(
                settings.precedence.by_field(), settings.prefer
            ),
            thresholds=settings.match.thresholds(),
            memory=store,
            today=datetime.now(UTC).date(),
            refresh=options.refresh,
            budget=options.budget,
            retry_days=settings.retry_not_found_after_days,
            max_age_days=settings.refresh_after_days.by_field(),
            references=settings.references.resolve,
            is_catalog_full=catalog.authoritative and catalog.path is not None,
            progress=progress,
            pauses=lambda: {
                name: left
                for name, client in clients.items()
                if (left := client.pause_left) is not None
            },
            wait_out=lambda name: clients[name].wait_out_pause(),
        )
        return OpenSources(clients, catalogues.origins if catalogues else frozenset(), context)

    def _days(self, *, offline: bool) -> int:
        """Return how long an answer is good for: no longer than the counts in it, but for as long
        as it is kept where nobody can be asked."""
        if offline:
            return _FOR_EVER
        settings = self._config.settings
        refreshed = settings.refresh_after_days.by_field()
        return min((settings.cache.max_age_days, *refreshed.values()))

    def _open_catalogues(self, stack: ExitStack) -> tuple[CombinedCatalog | None, str]:
        """Return the catalogues, the user's own before the bundled one, and their state in a
        word."""
        opened: list[Callable[[], OpenCatalogue]] = []
        states: list[str] = []
        origins: set[str] = set()
        if folder := self._config.catalog_path(self._root):
            catalog = stack.enter_context(closing(open_catalog(folder)))
            opened.append(lambda: catalog)
            states.append(catalog.manifest.generation)
            origins.update(origin.name for origin in catalog.manifest.origins)
        if self._config.settings.providers.catalog.enabled:
            opened.append(bundled_catalog.load)
            states.append(bundled_catalog.DATE)
            origins |= bundled_catalog.ORIGINS
        return (CombinedCatalog(opened, origins) if opened else None), "+".join(states)
