"""Markdown in, Markdown out; no network."""
