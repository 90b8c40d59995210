"""The registry: who supplies a field, and in which order."""

from __future__ import annotations

import pytest

from refmatter.fields import LOOKED_UP, Field
from refmatter.registry import PRECEDENCE, RANKED


@pytest.mark.parametrize("field", LOOKED_UP)
def test_the_sources_of_a_field_are_providers_in_the_order_of_their_rank(field: Field) -> None:
    assert set(PRECEDENCE[field]) == set(field.spec.sources)
    assert [name for name in RANKED if name in field.spec.sources] == list(PRECEDENCE[field])
