"""Programs that feed the readers of strange bytes with stranger ones, and what must hold."""
