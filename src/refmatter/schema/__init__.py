"""The conventions of a vault: its paper notes, their keys, and how values are written."""
