"""Configuration -> whether each service answers, to whom, and what is left of its budget.

Each is asked one question, of the kind that a run asks: for a work that all of them know.
Nothing is read from the cache and nothing is put there.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from refmatter.config.settings import Config
from refmatter.doctor.check import Check, ok, problem, warning
from refmatter.errors import ConfigError
from refmatter.model import Failure, Hints, Identifiers, Limits, Lookup, Query, Rung, Trouble
from refmatter.pipeline import ladder_of
from refmatter.providers.base import Provider
from refmatter.registry import PROVIDERS
from refmatter.report.terminal import provider_name
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
    key=title_key(_TITLE),
    title=_TITLE,
    hints=Hints(
        identifiers=Identifiers(
            s2="df2b0e26d0599ce3e70df8a9da02e51594e0e992",
            doi="10.18653/v1/n19-1423",
            arxiv="1810.04805",
        )
    ),
)
_LOCKED_OUT = ("HTTP 401", "HTTP 403")


def services(config: Config, patience: NetworkPolicy = BRIEF) -> list[Check]:
    """A check for each service that the ladder asks, all asked at once."""
    asked = {name for step in ladder_of(config) for name in step.providers}
    names = [name for name in PROVIDERS if name in asked and config.service(name).enabled]
    with ThreadPoolExecutor(max(1, len(names))) as pool:
        return list(pool.map(lambda name: _service(name, config, patience), names))


def _service(name: str, config: Config, patience: NetworkPolicy) -> Check:
    provider = PROVIDERS[name]
    key = config.api_key(name)
    heard: list[Limits] = []

    def hear(headers: Mapping[str, str]) -> Limits:
        heard.append(provider.limits_from_headers(headers))
        return heard[-1]

    service = ServiceEndpoint(
        name=name,
        base_url=config.service(name).base_url or provider.HOST,
        limits=replace(provider.limits(key, config.settings.contact), min_interval=0.0),
        headers=provider.headers(key),
        limits_from_headers=hear,
    )
    what = provider_name(name)
    try:
        with Client(
            service, cache=None, contact=config.settings.contact, policy=patience,
        ) as client:  # fmt: skip
            query = _question(provider)
            answer = client.send(query, lambda _: False)
    except ConfigError as error:
        return problem(what, str(error), "mend it in config.yaml, or the key in the environment")
    said = answer if isinstance(answer, Failure) else provider.read(query, answer)
    limits = heard[-1] if heard else Limits()
    if isinstance(said, Failure):
        return _failed(what, said, config.service(name).api_key_env if key else None, limits)
    return ok(what, f"answers{_budget(limits)}")


def _question(provider: Provider) -> Query:
    rung = Rung.IDENTIFIER if Rung.IDENTIFIER in provider.RUNGS else Rung.TITLE
    (query,) = provider.ask(rung, [_KNOWN])
    return query


def _budget(limits: Limits) -> str:
    if limits.left is None:
        return ""
    cost = "" if limits.cost is None else f" (this question took {limits.cost})"
    return f"; {limits.left:,} credits left today{cost}"


def _failed(what: str, failure: Failure, key: str | None, limits: Limits) -> Check:
    """What a failure means; `key` is the variable of a key that was sent along."""
    told = failure.detail or str(failure.trouble)
    if told.startswith(_LOCKED_OUT):
        if key:
            return problem(what, f"{told}: it does not take your key", f"mend or unset {key}")
        way_out = "its wall keeps programs out at times: try again later, or from another network"
        return warning(what, told, way_out)
    if failure.trouble is Trouble.SPENT or (limits.left == 0):
        return warning(what, told, "nothing to do: tomorrow there is more; a key has more")
    if told.startswith("HTTP 429"):
        way_out = "nothing to do: runs wait for their turn; a key of your own waits less"
        return warning(what, told, way_out if not key else "nothing to do: runs wait their turn")
    if failure.trouble is Trouble.UNREACHABLE:
        way_out = "look at your connection, and at HTTPS_PROXY where a proxy is needed"
        return problem(what, told, way_out)
    return warning(what, told, "nothing to do: what it leaves open is asked again in the next run")
