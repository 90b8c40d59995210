"""These pages -> a site, by Sphinx: `make docs`.

The repository is the folder that Sphinx reads, so that a link means the same on the site, in an
editor and on GitHub. What a page lacks for the site is added here, and stands in no page.
"""

from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).parents[1]

CONTENTS = {
    "Using it": {
        "Day by day": "docs/day-by-day",
        "How it decides": "docs/how-it-decides",
        "Commands": "docs/commands",
        "Configuration": "docs/configuration",
        "The report": "docs/report",
        "What lint finds": "docs/lint",
        "A catalogue of your own": "docs/catalog",
    },
    "Recipes": {
        "In CI": "docs/ci",
        "Every night": "docs/nightly",
        "With Obsidian": "docs/obsidian",
    },
    "To rely on": {
        "Security": "docs/security",
        "Data and licences": "docs/data",
        "The catalogue's notice": "src/refmatter/data/NOTICE",
    },
    "Changing it": {
        "Contributing": "CONTRIBUTING",
        "How it is built": "docs/architecture",
        "Modules": "docs/modules",
        "Adding a provider": "docs/adding-a-provider",
        "Recorded answers": "tests/providers/recordings/README",
        "The stand-in": "tests/scholar/README",
        "Changes": "CHANGELOG",
    },
}
"""The side bar: names and pages. One in docs/ that is not listed is an error of the build."""

project = "refmatter"
extensions = ["myst_parser"]
root_doc = "README"
include_patterns = [
    "README.md",
    "docs/*.md",
    *(f"{page}.md" for pages in CONTENTS.values() for page in pages.values()),
]
exclude_patterns = [".*", "build", "dist"]
myst_heading_anchors = 4
smartquotes = False  # words are shown as they are to be typed

html_theme = "furo"
html_title = "refmatter"
html_theme_options = {
    "light_css_variables": {"diff-added": "#0a5c26", "diff-added-behind": "#dcf3e2"},
    "dark_css_variables": {"diff-added": "#86e0a0", "diff-added-behind": "#17301f"},
}
html_static_path = ["site/static"]
html_css_files = ["site.css"]
html_additional_pages = {"index": "index.html"}
templates_path = ["site"]
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False


def setup(app: Sphinx) -> None:
    """Put the side bar's list under the start page."""
    app.connect("source-read", add_contents)


def add_contents(_: Sphinx, page: str, source: list[str]) -> None:
    """The list is no Markdown, so that the README does not hold it."""
    if page == root_doc:
        source[0] += "".join(_part(title, pages) for title, pages in CONTENTS.items())


def _part(title: str, pages: dict[str, str]) -> str:
    there = [f"{name} <{page}>" for name, page in pages.items() if (ROOT / f"{page}.md").is_file()]
    listed = "\n".join(there)
    return f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n{listed}\n```\n" if there else ""
