"""What refmatter remembers of a vault between runs: ledger, ownership, journal, indexes."""
