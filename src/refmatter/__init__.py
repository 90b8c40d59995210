"""Keeps a folder of Markdown paper notes complete."""

__version__ = "0.1.0"
