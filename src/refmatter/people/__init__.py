"""Read and compare the names of people in notes and records.

words.py      words of organisations, places, and names
names.py      the text of one name -> a person
comparing.py  two names -> whether they are one person's
values.py     the value of an author key -> people
forms.py      a name -> its text in the form of a vault
"""

from __future__ import annotations

from refmatter.people.comparing import (
    are_strangers,
    is_bare_family,
    name_words,
    same_name,
    same_person,
)
from refmatter.people.forms import (
    Initials,
    NameForm,
    NameOrder,
    NameStyle,
    SuffixPlace,
    certain_person,
    form_of,
    is_in_cjk,
    split_particles,
    write_name,
)
from refmatter.people.names import Person, read_name
from refmatter.people.values import MapRole, map_role, names_of, read_people

__all__ = [
    "Initials",
    "MapRole",
    "NameForm",
    "NameOrder",
    "NameStyle",
    "Person",
    "SuffixPlace",
    "are_strangers",
    "certain_person",
    "form_of",
    "is_bare_family",
    "is_in_cjk",
    "map_role",
    "name_words",
    "names_of",
    "read_name",
    "read_people",
    "same_name",
    "same_person",
    "split_particles",
    "write_name",
]
