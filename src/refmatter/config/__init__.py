"""config.yaml -> a frozen Config."""
