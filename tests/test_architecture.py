"""Imports point one way: the house plan of docs/architecture.md, held."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "refmatter"

LEVELS: tuple[tuple[str, ...], ...] = (
    ("refmatter",),
    ("titles", "errors", "nodes", "halt", "crew", "hashed"),
    ("files", "repository", "people"),
    ("model", "findings"),
    (
        "notes",
        "matching",
        "rows",
        "rowfile",
        "homes",
        "web",
        "providers.base",
        "providers.answers",
        "providers.shapes",
        "providers.identifiers",
        "lint.rules",
    ),
    ("config", "providers", "ledger", "journal"),
    ("place", "registry", "dumps"),
    ("catalog",),
    ("manifest",),
    ("stages",),
    ("pipeline", "undo"),
    ("report",),
    (
        "review",
        "lint",
        "setup",
        "doctor",
        "completion",
        "checking",
        "catalog.coverage",
        "catalog.telling",
    ),
    ("cli",),
    ("__main__",),
)
"""From the ground up; a module may import from the levels below its own."""

ROOMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "notes": (
        ("frontmatter", "references", "identifiers", "vault", "conventions", "title_words"),
        ("title", "learning", "mending"),
        ("papers", "reading_lists"),
        ("shelf",),
    ),
    "people": (("words",), ("names",), ("comparing", "values"), ("",)),
    "config": (("finding", "sections"), ("settings", "schema"), ("reading",)),
    "notes.frontmatter": (("values",), ("block", "render"), ("edit",), ("",)),
    "notes.references": (("links",), ("items",), ("",)),
    "matching": (
        (
            "author_names",
            "record_kinds",
            "lexicon",
            "spelt",
            "bars",
            "years",
            "capitals",
            "identity",
        ),
        ("cited", "sanity"),
        ("align",),
        ("features", "precedence"),
        ("decide",),
        ("question",),
        ("lines",),
    ),
    "web": (
        ("wire", "disk", "throttle", "ration", "halting"),
        ("retry", "cache"),
        ("breaker",),
        ("client",),
    ),
    "providers.semantic_scholar": (
        ("identifiers",),
        ("records",),
        ("asking",),
        ("reading",),
        ("",),
    ),
    "providers.openalex": (
        ("identifiers",),
        ("records", "asking"),
        ("reading",),
        ("",),
    ),
    "catalog": (
        ("layout", "rule", "parquet", "close", "shelves", "blocks"),
        ("manifest", "rows", "questions"),
        ("dump", "shelf"),
        ("engine", "staging", "lookup", "search", "coverage"),
        ("spark", "components", "asked"),
        ("side_by_side", "merge"),
        ("duck", "again", "build", "telling", "bulk"),
        ("gather", "answers"),
        ("renew",),
        ("",),
    ),
    "dumps": (
        ("record", "extras", "tex"),
        ("opening",),
        ("base",),
        ("sifting", "pieces"),
        ("bibliography",),
        (
            "acl",
            "arxiv",
            "bibtex",
            "catalog",
            "crossref",
            "csl",
            "dblp",
            "openalex",
            "semantic_scholar",
        ),
        ("detect",),
        ("",),
    ),
    "stages": (
        ("scan", "match", "evidence", "listed", "hands", "link_targets", "shared_questions"),
        ("births", "climb", "lane"),
        ("plan", "world", "climbs"),
        ("askers", "merge", "write", "rest"),
        ("resolve",),
        ("",),
    ),
    "report": (
        ("",),
        ("facts", "counting", "screen", "where", "hints"),
        ("terminal", "account", "github", "sarif"),
        ("json", "wording", "progress", "telling", "undone", "findings", "log", "nightly"),
        ("why", "figures", "schema"),
        ("phrases",),
        ("html", "markdown"),
    ),
    "lint": (
        ("rules", "alike"),
        ("problems", "targets"),
        ("lists", "fields", "works"),
        ("inspect",),
        ("fix",),
        ("command",),
        ("report",),
        ("",),
    ),
    "setup": (("portrait", "recipes"), ("settings", "telling"), ("command",), ("",)),
    "doctor": (("check",), ("settings",), ("services", "stores", "vault"), ("command",), ("",)),
    "cli": (
        ("arguments",),
        ("places", "engines"),
        ("runs", "bulk"),
        (
            "enrich",
            "check",
            "review",
            "undo",
            "why",
            "lint",
            "resolve",
            "match",
            "catalog",
            "config",
            "init",
            "doctor",
            "completion",
        ),
        ("nightly",),
        ("",),
    ),
    "checking": (("rules",), ("telling",), ("found",), ("",)),
    "review": (
        ("rulings", "keys"),
        ("cases", "book"),
        ("sheet", "table"),
        ("reading", "desk"),
        ("command",),
        ("",),
    ),
}
"""Inside a room, likewise. Modules of one step are siblings and never import each other."""


def modules() -> dict[str, Path]:
    named = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        named[".".join(p for p in parts if p != "__init__") or "refmatter"] = path
    return named


MODULES = modules()


def imports(path: Path) -> list[tuple[ast.stmt, str]]:
    """Every module of ours that a file imports, also inside functions and for types alone."""
    found: list[tuple[ast.stmt, str]] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [(node, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            for alias in node.names:
                full = f"{node.module}.{alias.name}".removeprefix("refmatter.")
                found.append((node, full if full in MODULES else str(node.module)))
    ours = [(node, name) for node, name in found if name.partition(".")[0] == "refmatter"
            or name in MODULES]  # fmt: skip
    return [(node, name.removeprefix("refmatter.")) for node, name in ours]


def level(module: str) -> int:
    """The highest level that names the module, or the longest room it is in."""
    best, length = -1, -1
    for index, names in enumerate(LEVELS):
        for name in names:
            if (module == name or module.startswith(f"{name}.")) and len(name) > length:
                best, length = index, len(name)
    assert best >= 0, f"{module} is in no level: give it one, here and in docs/architecture.md"
    return best


def step(room: str, module: str) -> int:
    own = module.removeprefix(room).removeprefix(".").partition(".")[0]
    for index, names in enumerate(ROOMS[room]):
        if own in names:
            return index
    pytest.fail(f"{module} has no step in its room: give it one, here and in the plan")


def rooms(one: str, other: str) -> list[str]:
    """The rooms that hold both."""
    return [r for r in ROOMS if all(m == r or m.startswith(f"{r}.") for m in (one, other))]


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down(module: str) -> None:
    for _, imported in imports(MODULES[module]):
        shared = rooms(module, imported)
        if shared:
            room = max(shared, key=len)
            assert step(room, imported) < step(room, module), f"{module} imports {imported}"
        else:
            assert level(imported) < level(module), f"{module} imports {imported}"


@pytest.mark.parametrize("module", [m for m in MODULES if m.partition(".")[0] != "cli"])
def test_nothing_is_imported_inside_a_function(module: str) -> None:
    tree = ast.parse(MODULES[module].read_text())
    functions = [
        n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    hidden = [
        node
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    assert not hidden


@pytest.mark.parametrize("module", MODULES)
def test_a_module_says_first_what_it_is(module: str) -> None:
    documented = ast.get_docstring(ast.parse(MODULES[module].read_text()))
    assert documented
    assert documented.splitlines()[0].strip()


def test_every_module_that_is_named_is_there() -> None:
    for names in LEVELS:
        assert all(name in MODULES for name in names)
    for room, steps in ROOMS.items():
        for names in steps:
            assert all(f"{room}.{name}".rstrip(".") in MODULES for name in names)


def test_only_vault_ledger_manifest_catalogue_setup_and_command_write_files() -> None:
    signs = ("os.open(", "write_text", "write_bytes", "mkstemp", " temporary(", "import make")
    texts = {name: path.read_text() for name, path in MODULES.items()}
    writing = {name for name, text in texts.items() if any(sign in text for sign in signs)}
    assert writing == {
        "files",
        "notes.vault",
        "ledger",
        "journal",
        "manifest",
        "catalog.build",
        "catalog.staging",
        "report.log",
        "setup.command",
        "cli",
        "cli.places",
    }
