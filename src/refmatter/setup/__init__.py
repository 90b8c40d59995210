"""A vault -> what it is like, a config.yaml that fits it, and recipes for running by itself."""
