"""`refmatter doctor`: check the vault, configuration, services, cache and ledger."""
