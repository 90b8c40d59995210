"""Read config.yaml, check it, and describe its keys."""
