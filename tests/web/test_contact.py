from __future__ import annotations

import pytest

from refmatter.errors import ConfigError
from refmatter.model import Limits
from refmatter.web.client import Client, ServiceEndpoint
from refmatter.web.contact import agent_comment, email_of, is_example

HOME = "https://api.service.name"


@pytest.mark.parametrize(
    "contact",
    [
        "you@example.org", "me@example.com", "mailto:me@example.net", "ada@mail.example.org",
        "You@uni.name", "your.name@uni.name", "your-email@uni.name", "yourname@uni.name",
        "ada@lab.test", "ada@nowhere.invalid", "ada@localhost", "YOUR-ADDRESS", "your address",
        "https://example.org/me",
    ],
)  # fmt: skip
def test_examples_are_no_addresses(contact: str) -> None:
    assert is_example(contact)


@pytest.mark.parametrize(
    "contact",
    [
        "ada@uni.name", "youssef@uni.name", "young@uni.name", "yourcenar@uni.name",
        "ada@counterexample.org", "ada@example.uni.name", "https://uni.name/@ada", "ada", "",
    ],
)  # fmt: skip
def test_addresses_are_no_examples(contact: str) -> None:
    assert not is_example(contact)


@pytest.mark.parametrize(
    ("contact", "email", "comment"),
    [
        (None, None, ""),
        ("ada@uni.name", "ada@uni.name", " (mailto:ada@uni.name)"),
        ("mailto:ada@uni.name", "ada@uni.name", " (mailto:ada@uni.name)"),
        ("https://uni.name/@ada", None, " (+https://uni.name/@ada)"),
    ],
)
def test_an_address_is_sent_in_the_form_that_services_name(
    contact: str | None, email: str | None, comment: str
) -> None:
    assert (email_of(contact), agent_comment(contact)) == (email, comment)


@pytest.mark.parametrize(
    ("url", "contact", "offline", "refused"),
    [
        (HOME, "you@example.org", False, True),
        (f"{HOME}/v2", "you@example.org", False, True),
        (HOME, "ada@uni.name", False, False),
        (HOME, None, False, False),
        (HOME, "you@example.org", True, False),
        ("http://127.0.0.1:8000/service", "you@example.org", False, False),
    ],
)
def test_an_example_is_not_sent_to_the_real_service(
    url: str, contact: str | None, *, offline: bool, refused: bool
) -> None:
    service = ServiceEndpoint("service", url, Limits(), {}, home=HOME)
    if not refused:
        Client(service, cache=None, contact=contact, offline=offline).close()
        return
    with pytest.raises(ConfigError, match="contact"):
        Client(service, cache=None, contact=contact, offline=offline)
