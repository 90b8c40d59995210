"""Check whether each service answers, which API key it accepts, and what is left of its quota.

Each is asked one question, of the kind that a run asks: for a work that all of them know.
Nothing is read from the cache and nothing is put there.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http import HTTPStatus

from refmatter.config.settings import Config
from refmatter.doctor.check import Check, CheckKind, ok, problem, warning
from refmatter.errors import ConfigError
from refmatter.model import (
    Failure,
    Hints,
    Identifiers,
    Limits,
    Lookup,
    LookupKey,
    Query,
    Rung,
    Trouble,
)
from refmatter.pipeline import ladder_of
from refmatter.providers.base import Provider
from refmatter.registry import PROVIDERS
from refmatter.report.labels import provider_name
from refmatter.titles import title_key
from refmatter.web.client import Client, NetworkPolicy, ServiceEndpoint
from refmatter.web.network import NetworkLimits

BRIEF = NetworkPolicy(
    network_limits=NetworkLimits(connect_seconds=5.0, silence_seconds=20.0, total_seconds=30.0),
    max_attempts=1,
)
"""One try: who only looks does not wait for minutes."""

_TITLE = "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding"
_KNOWN = Lookup(
    key=LookupKey(title_key(_TITLE)),
    title=_TITLE,
    hints=Hints(
        identifiers=Identifiers(
            s2="df2b0e26d0599ce3e70df8a9da02e51594e0e992",
            doi="10.18653/v1/n19-1423",
            arxiv="1810.04805",
        )
    ),
)
_LOCKED_OUT = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


def services(config: Config, policy: NetworkPolicy = BRIEF) -> list[Check]:
    """Return a check for each service of the ladder; all are queried at the same time."""
    in_ladder = {name for step in ladder_of(config) for name in step.providers}
    names = [name for name in PROVIDERS if name in in_ladder and config.service(name).enabled]
    with ThreadPoolExecutor(max(1, len(names))) as pool:
        return list(pool.map(lambda name: _service(name, config, policy), names))


def _service(name: str, config: Config, policy: NetworkPolicy) -> Check:
    provider = PROVIDERS[name]
    key = config.api_key(name)
    seen = [Limits()]

    def read_limits(headers: Mapping[str, str]) -> Limits:
        seen.append(provider.limits_from_headers(headers))
        return seen[-1]

    service = ServiceEndpoint(
        name=name,
        base_url=config.service(name).base_url or provider.INFO.host,
        limits=replace(provider.limits(key, config.settings.contact), min_interval=0.0),
        headers=provider.headers(key),
        limits_from_headers=read_limits,
        contact_parameter=provider.INFO.contact_parameter,
        home=provider.INFO.host,
        key_benefit=provider.INFO.key_benefit,
    )
    label = provider_name(name)
    try:
        with Client(
            service, cache=None, contact=config.settings.contact, policy=policy,
        ) as client:  # fmt: skip
            query = _question(provider)
            answer = client.send(query, lambda _: False)
    except ConfigError as error:
        way_out = "correct it in config.yaml, or the key in the environment"
        return problem(label, CheckKind.SERVICE_MISCONFIGURED, str(error), way_out)
    found = answer if isinstance(answer, Failure) else provider.read(query, answer)
    if isinstance(found, Failure):
        key_variable = config.service(name).api_key_env if key else None
        return _failed(label, found, key_variable, seen[-1])
    return ok(label, CheckKind.SERVICE_ANSWERS, f"answers{_budget(seen[-1])}")


def _question(provider: Provider) -> Query:
    rung = Rung.IDENTIFIER if Rung.IDENTIFIER in provider.INFO.rungs else Rung.TITLE_SEARCH
    (query,) = provider.queries(rung, [_KNOWN])
    return query


def _budget(limits: Limits) -> str:
    if limits.left is None:
        return ""
    cost = "" if limits.cost is None else f" (this question took {limits.cost})"
    return f"; {limits.left:,} credits left today{cost}"


def _failed(name: str, failure: Failure, key: str | None, limits: Limits) -> Check:
    """Return what a failure means; `key` is the variable of a key that was sent along."""
    seen = failure.detail or str(failure.trouble)
    if failure.http_status in _LOCKED_OUT:
        if key:
            message = f"{seen}: it does not accept your key"
            refuses = CheckKind.SERVICE_REFUSES_KEY
            return problem(name, refuses, message, f"correct or unset {key}")
        way_out = "it blocks programs at times: try again later, or from another network"
        return warning(name, CheckKind.SERVICE_BLOCKS, seen, way_out)
    if failure.trouble is Trouble.QUOTA_EXCEEDED or limits.left == 0:
        way_out = "nothing to do: the budget is renewed tomorrow; a key has more"
        return warning(name, CheckKind.SERVICE_BUDGET_USED, seen, way_out)
    if failure.http_status == HTTPStatus.TOO_MANY_REQUESTS:
        way_out = "nothing to do: runs wait for their turn"
        way_out = way_out if key else f"{way_out}; a key of your own waits less"
        return warning(name, CheckKind.SERVICE_RATE_LIMITS, seen, way_out)
    if failure.trouble is Trouble.UNREACHABLE:
        way_out = "check your connection, and HTTPS_PROXY if you need a proxy"
        return problem(name, CheckKind.SERVICE_UNREACHABLE, seen, way_out)
    return warning(name, CheckKind.SERVICE_FAILS, seen, "nothing to do: the next run asks again")
