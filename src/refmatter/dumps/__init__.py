"""Readers of the dumps that scholarly services publish: one module for each kind of dump."""
