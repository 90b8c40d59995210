"""What a run did, told to people and to machines."""

MARK = "<!-- refmatter report -->"
"""The first line of a report in Markdown, by which it is known from a note."""
