"""Dumps of scholarly services -> records, one file a kind of dump, streaming."""
