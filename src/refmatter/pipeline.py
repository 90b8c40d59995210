"""The whole program on one screen: scan, learn, claim, plan, resolve, merge, write."""

from __future__ import annotations

from dataclasses import replace

from refmatter.config.settings import Config
from refmatter.location import VaultLocation
from refmatter.model import Hints, Lookup, LookupKey, Resolution
from refmatter.next_due import rest
from refmatter.open_run import open_run
from refmatter.resolve.answers import answer
from refmatter.resolve.context import Progress
from refmatter.resolve.resolver import resolve
from refmatter.run_model import Options, Run, Traffic
from refmatter.schema.conventions import Conventions
from refmatter.sources import NetworkOptions
from refmatter.stages.claim import claim
from refmatter.stages.learn import Vault
from refmatter.stages.merge import merge
from refmatter.stages.plan import Plan, plan
from refmatter.stages.scan import ScanLimits
from refmatter.stages.write import write
from refmatter.state.ownership import emptied
from refmatter.titles import title_key
from refmatter.web.client import NetworkPolicy


def enrich(
    location: VaultLocation,
    config: Config,
    options: Options,
    progress: Progress | None = None,
    policy: NetworkPolicy = NetworkPolicy(),  # noqa: B008 - frozen
) -> Run:
    """Complete the notes of a vault. Raises ConfigError, LedgerError, and Busy where another
    run is at work; a note that cannot be changed is an outcome, a service that cannot be asked
    a failure in a resolution."""
    settings, only = config.settings, options.merge.only
    with open_run(location, config, None if options.dry else "enrich", options.few_lines) as run:
        vault = run.read_vault(ScanLimits(options.few_notes))
        owned = claim(vault, run.ledger, only if options.merge.refill_removed else ())
        version = settings.match.thresholds().version
        planned = plan(vault, settings.references, owned, only, version)
        sources = run.open_sources(options.network, progress, policy)
        sources.context.progress.begin(len(vault.notes), sources.clients)
        policy.cancellation.arm()
        answers = answer(planned, vault, sources.context)
        change = settings.min_change
        merge_options = replace(options.merge, least=change.absolute, share=change.relative)
        patches = merge(vault, planned, answers, merge_options)
        run.intend(vault, planned, answers, patches)
        outcomes = write(
            vault.root, patches, vault.conventions, settings.references.headings, run.journal
        )
        run.commit(outcomes)
    requests = {name: client.requests for name, client in sources.clients.items()}
    asks = options.merge.refresh or options.budget is not None or any(requests.values())
    done = Run(
        vault=vault,
        plan=planned,
        resolutions=answers.resolutions,
        outcomes=(*vault.refused, *outcomes),
        requests=requests,
        dry=options.dry,
        only=only,
        emptied=emptied(vault.heads(), vault.conventions, owned.written),
        day=sources.context.today.isoformat(),
        traffic={
            name: Traffic(client.requests_by_rung, client.waited)
            for name, client in sources.clients.items()
        },
        origins=sources.origins,
        retracted=answers.retracted,
        not_renewed=answers.not_renewed,
    )
    return (
        done
        if asks
        else replace(done, rest=rest(done, settings.references.create, sources.context))
    )


def look_up(
    location: VaultLocation, config: Config, title: str, hints: Hints, *, offline: bool = False
) -> Resolution:
    """Look one title up, as far as it goes; nothing is written but the cache."""
    key = LookupKey(title_key(title) or title)
    planned = Plan((Lookup(key, title, hints, linked=True),), of_note={}, cites={})
    nothing = Vault(location.root, (), Conventions(forms={}), frozenset())
    with open_run(location, config, few_lines=None) as run:
        sources = run.open_sources(NetworkOptions(offline=offline), None, NetworkPolicy())
        return resolve(planned, nothing, sources.context)[key]
