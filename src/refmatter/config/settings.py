"""The configuration in force: the settings of config.yaml, with folders and API keys resolved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from platformdirs import user_cache_path

from refmatter.config.discovery import environment_key
from refmatter.config.sections import Create, ServiceSettings, Settings, VaultSettings


@dataclass(frozen=True, slots=True)
class Config:
    """What config.yaml says, with its defaults, and where it stands (None: no file)."""

    file: Path | None
    settings: Settings

    @property
    def vault(self) -> VaultSettings:
        """Return the sections about the notes of a vault."""
        return self.settings.vault

    def base_folder(self, root: Path) -> Path:
        """Return the folder that relative paths in config.yaml start from; `root` if there is no
        file."""
        return self.file.parent if self.file else root

    def ledger_path(self, root: Path) -> Path:
        """Return where the ledger is."""
        return self.base_folder(root) / self.settings.ledger

    def cache_path(self, root: Path) -> Path:
        """Return where the answers are kept."""
        chosen = self.settings.cache.dir
        return self.base_folder(root) / chosen if chosen else user_cache_path("refmatter")

    def catalog_path(self, root: Path) -> Path | None:
        """Return where the user's own catalogue is; None where there is none."""
        chosen = self.settings.providers.catalog.path
        return self.base_folder(root) / chosen if chosen else None

    def with_create(self, create: str) -> Config:
        """Return the same configuration with another choice of which references get a note."""
        references = self.settings.references.model_copy(update={"create": Create(create)})
        return replace(self, settings=self.settings.model_copy(update={"references": references}))

    def as_yaml(self) -> str:
        """Return all settings in force as YAML; of API keys only whether they are set."""
        text = yaml.safe_dump(self.settings.model_dump(mode="json"), sort_keys=False)
        lines = [f"# from {self.file}" if self.file else "# no config.yaml: the defaults"]
        for name in type(self.settings.providers).model_fields:
            service = getattr(self.settings.providers, name)
            if isinstance(service, ServiceSettings) and service.api_key_env:
                state = "is set" if self.api_key(name) else "is not set"
                lines.append(f"# {service.api_key_env} {state}")
        return "\n".join([*lines, text])

    def service(self, name: str) -> ServiceSettings:
        """Return the settings of a service, by its name."""
        chosen: ServiceSettings = getattr(self.settings.providers, name)
        return chosen

    def api_key(self, name: str) -> str | None:
        """Return the user's key for a service, from the environment."""
        return environment_key(self.service(name).api_key_env)

    def key_variables(self) -> tuple[str, ...]:
        """Return the variables that may hold a key."""
        services = (
            service
            for _, service in self.settings.providers
            if isinstance(service, ServiceSettings)
        )
        return tuple(service.api_key_env for service in services if service.api_key_env)
