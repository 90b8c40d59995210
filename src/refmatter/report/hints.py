"""What was found -> what a newcomer may do about it."""

from __future__ import annotations


def no_papers(files: int) -> tuple[str, ...]:
    """What to do where there is nothing to do, among so many Markdown files."""
    if files:
        return (
            "None of them is a paper note: it takes the tag `paper` in the front matter, an",
            "identifier such as `doi`, two keys of different kinds such as `authors` and `year`",
            "beside a title, or a list of works under `References` beside a long title. Other",
            "signs: `notes.paper` and `references.headings` in config.yaml.",
        )
    return (
        "There are no notes here: name the folder that they are in, or say in config.yaml",
        "which files they are (`notes.include`).",
    )
