"""What a field's value is in a record of any service: of the field's shape, or nothing."""

from __future__ import annotations

import pytest

from refmatter.fields import Field, read_value


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        (Field.CITATION_COUNT, 7, 7),
        (Field.CITATION_COUNT, " 1200 ", 1200),
        (Field.CITATION_COUNT, True, None),
        (Field.CITATION_COUNT, "7.5", None),
        (Field.CITATION_COUNT, None, None),
        (Field.YEAR, "2017", 2017),
        (Field.YEAR, 17, None),
        (Field.YEAR, "in press", None),
        (Field.YEAR, [2017], 2017),
        (Field.YEAR, [2017, 2018], None),
        (Field.VENUE, " ICML ", "ICML"),
        (Field.VENUE, 2017, "2017"),
        (Field.VENUE, "  ", None),
        (Field.VENUE, {"name": "ICML"}, None),
        (Field.FIELDS_OF_STUDY, ["Computer Science", " ", 7], ("Computer Science",)),
        (Field.FIELDS_OF_STUDY, "Biology", ("Biology",)),
        (Field.FIELDS_OF_STUDY, [], None),
        (Field.FIELDS_OF_STUDY, None, None),
    ],
)
def test_a_value_has_the_shape_of_its_field_or_is_none(
    field: Field, value: object, read: object
) -> None:
    assert read_value(field, value) == read
