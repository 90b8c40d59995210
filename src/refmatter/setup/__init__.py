"""`refmatter init`: profile a vault, write a config.yaml for it, and install recipes."""
