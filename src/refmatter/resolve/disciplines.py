"""Tell which works a service of one discipline may know: those of a vault that shows such works."""

from __future__ import annotations

from collections.abc import Mapping

from refmatter.fields import Field
from refmatter.model import Lookup, Note
from refmatter.providers.base import Discipline, Provider
from refmatter.stages.learn import Vault

SHOWN = 0.2
"""The share of a vault's paper notes from which on it is one of a discipline."""


class Disciplines:
    """The disciplines of services, held against a vault."""

    def __init__(self, vault: Vault, providers: Mapping[str, Provider]) -> None:
        self._vault = vault
        self._providers = providers
        self._shown: dict[str, bool] = {}

    def fits(self, name: str, lookup: Lookup) -> bool:
        """Whether a service may know a work by its identifiers: the note or the reference has one
        of its discipline, or the vault shows the discipline."""
        discipline = self._providers[name].INFO.discipline
        if discipline is None or discipline.identifies(lookup.hints.names):
            return True
        return self.is_shown(name)

    def is_shown(self, name: str) -> bool:
        """Whether enough of the vault's notes show the discipline of a service. They are read only
        once it matters."""
        discipline = self._providers[name].INFO.discipline
        if discipline is None:
            return True
        if name not in self._shown:
            notes = [self._shows(note, discipline) for note in self._vault.heads()]
            self._shown[name] = any(notes) and sum(notes) >= SHOWN * len(notes)
        return self._shown[name]

    def _shows(self, note: Note, discipline: Discipline) -> bool:
        if discipline.identifies(note.identifiers.or_else(note.linked_identifiers)):
            return True
        venue = self._vault.conventions.value_of(note.entries, Field.VENUE)
        pattern = discipline.venues
        return bool(pattern and isinstance(venue, str) and pattern.search(venue))
