"""What config.yaml says, and where it stands -> folders, keys, and what is in force."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from platformdirs import user_cache_path

from refmatter.config.discovery import key
from refmatter.config.sections import Create, ServiceSettings, Settings


@dataclass(frozen=True, slots=True)
class Config:
    """What config.yaml says, with its defaults, and where it stands (None: no file)."""

    file: Path | None
    settings: Settings

    def beside(self, root: Path) -> Path:
        """The folder that relative paths in config.yaml start from; `root` where there is none."""
        return self.file.parent if self.file else root

    def ledger_path(self, root: Path) -> Path:
        """Where the ledger is."""
        return self.beside(root) / self.settings.ledger

    def cache_path(self, root: Path) -> Path:
        """Where the answers are kept."""
        chosen = self.settings.cache.dir
        return self.beside(root) / chosen if chosen else user_cache_path("refmatter")

    def catalog_path(self, root: Path) -> Path | None:
        """Where the user's own catalogue is; None where there is none."""
        chosen = self.settings.providers.catalog.path
        return self.beside(root) / chosen if chosen else None

    def creating(self, create: str) -> Config:
        """The same, but for which references get a note."""
        references = self.settings.references.model_copy(update={"create": Create(create)})
        return replace(self, settings=self.settings.model_copy(update={"references": references}))

    def shown(self) -> str:
        """All that is in force, as YAML; of keys only whether they are set."""
        text = yaml.safe_dump(self.settings.model_dump(mode="json"), sort_keys=False)
        lines = [f"# from {self.file}" if self.file else "# no config.yaml: the defaults"]
        for name in type(self.settings.providers).model_fields:
            service = getattr(self.settings.providers, name)
            if isinstance(service, ServiceSettings) and service.api_key_env:
                state = "is set" if self.api_key(name) else "is not set"
                lines.append(f"# {service.api_key_env} {state}")
        return "\n".join([*lines, text])

    def service(self, name: str) -> ServiceSettings:
        """What is said of a service, by its name."""
        chosen: ServiceSettings = getattr(self.settings.providers, name)
        return chosen

    def api_key(self, name: str) -> str | None:
        """The user's key for a service, from the environment."""
        return key(self.service(name).api_key_env)

    def variables(self) -> tuple[str, ...]:
        """The variables that may hold a key."""
        said = (each for _, each in self.settings.providers if isinstance(each, ServiceSettings))
        return tuple(each.api_key_env for each in said if each.api_key_env)
