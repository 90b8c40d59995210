"""The address that a service may write to, as it is sent; examples are no addresses."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_RESERVED = re.compile(
    r"(?:.*\.)?(?:example(?:\.(?:com|org|net|edu))?|test|invalid|localhost)", re.ASCII
)
"""The domains that RFC 2606 keeps for examples, and `example.edu`."""
_STAND_INS = re.compile(r"you|your\b.*|your[-_.]?(?:name|e?-?mail|address)", re.ASCII)


def email_of(contact: str | None) -> str | None:
    """Return the e-mail address of a contact; None if it is another address, or none."""
    address = (contact or "").removeprefix("mailto:")
    return address if "@" in address and ":" not in address else None


def agent_comment(contact: str | None) -> str:
    """Return the contact as the User-Agent has it; "" for none. Crossref's polite pool asks for
    `mailto:` before an e-mail address."""
    if not contact:
        return ""
    address = email_of(contact)
    return f" (mailto:{address})" if address else f" (+{contact})"


def is_example(contact: str) -> bool:
    """Whether a contact is one that documentation shows: `you@…`, or a domain kept for examples."""
    address = contact.strip().removeprefix("mailto:").lower()
    name, at, domain = address.rpartition("@")
    if not at:
        name, domain = address, urlsplit(address).hostname or ""
    return bool(_RESERVED.fullmatch(domain) or _STAND_INS.fullmatch(name))
