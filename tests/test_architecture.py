"""Imports point one way: the house plan of docs/architecture.md, held."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "src" / "refmatter"

LEVELS: tuple[tuple[str, ...], ...] = (
    ("refmatter",),
    ("yaml_fault",),
    (
        "titles",
        "schemes",
        "errors",
        "safe_yaml",
        "cancellation",
        "worker_pool",
        "reasons",
        "state.hash_index",
    ),
    ("files", "repository", "people", "fields"),
    ("model", "findings"),
    (
        "notes",
        "matching",
        "web",
        "providers.base",
        "providers.json_answer",
        "providers.shapes",
        "lint.rules",
        "state.lines_by_note",
        "state.row_file",
        "state.match_json",
    ),
    (
        "schema.venue_names",
        "schema.venues",
        "schema.years",
        "schema.author_form",
        "schema.conventions",
    ),
    ("notes.title", "notes.citations"),
    ("schema",),
    ("providers", "state"),
    ("registry",),
    ("matching.precedence", "config"),
    ("location", "dumps"),
    ("catalog",),
    ("state.run_manifest",),
    ("stages.scan", "stages.link_targets"),
    ("stages.learn",),
    ("stages.claim", "stages.new_notes"),
    ("stages.plan",),
    ("resolve",),
    ("stages", "sources"),
    ("open_run", "run_model"),
    ("next_due",),
    ("pipeline", "undo"),
    ("report",),
    (
        "review",
        "lint",
        "setup",
        "doctor",
        "check",
        "catalog.coverage",
        "catalog.progress_text",
    ),
    ("commands",),
    ("__main__",),
)
"""From the ground up. A package or module may import from the levels below its own, and from its
own package as long as no modules import each other in a circle."""


def modules() -> dict[str, Path]:
    named = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        named[".".join(p for p in parts if p != "__init__") or "refmatter"] = path
    return named


MODULES = modules()


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text())


def imports(module: str) -> list[str]:
    """Every module of ours that a module imports, also inside functions and for types alone."""
    found: list[str] = []
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            for alias in node.names:
                full = f"{node.module}.{alias.name}".removeprefix("refmatter.")
                found.append(full if full in MODULES else str(node.module))
    ours = [name for name in found if name.partition(".")[0] == "refmatter" or name in MODULES]
    return [name.removeprefix("refmatter.") for name in ours]


def level(module: str) -> int:
    """The level of the longest name in LEVELS that the module is or lies in."""
    best, length = -1, -1
    for index, names in enumerate(LEVELS):
        for name in names:
            if (module == name or module.startswith(f"{name}.")) and len(name) > length:
                best, length = index, len(name)
    assert best >= 0, f"{module} is in no level: give it one, here and in docs/architecture.md"
    return best


def is_downward(module: str, imported: str) -> bool:
    same = imported.partition(".")[0] == module.partition(".")[0]
    return level(imported) < level(module) or (same and level(imported) == level(module))


def test_imports_point_down() -> None:
    pairs = [(name, imported) for name in MODULES for imported in imports(name)]
    assert [pair for pair in pairs if not is_downward(*pair)] == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {module: set(imports(module)) - {module} for module in MODULES}
    assert list(TopologicalSorter(graph).static_order())


def test_nothing_is_imported_inside_a_function() -> None:
    hidden = [
        (name, node.lineno)
        for name in MODULES
        if name.partition(".")[0] != "commands"
        for function in ast.walk(tree(name))
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    assert hidden == []


def test_a_module_says_first_what_it_is() -> None:
    first = {name: (ast.get_docstring(tree(name)) or "").partition("\n")[0] for name in MODULES}
    assert [name for name, line in first.items() if not line.strip()] == []


def test_every_module_that_is_named_is_there() -> None:
    for names in LEVELS:
        assert all(name in MODULES for name in names)


def test_no_module_name_stands_in_more_than_two_places() -> None:
    names = Counter(path.stem for path in MODULES.values())
    assert [n for n, count in names.items() if count > 2 and not n.startswith("__")] == []


def test_no_two_classes_share_a_name() -> None:
    names = Counter(
        node.name
        for module in MODULES
        for node in ast.walk(tree(module))
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_only_vault_ledger_manifest_catalogue_setup_and_command_write_files() -> None:
    signs = (
        "os.open(",
        "write_text",
        "write_bytes",
        "mkstemp",
        " temporary_file(",
        "import create_file",
    )
    texts = {name: path.read_text() for name, path in MODULES.items()}
    writing = {name for name, text in texts.items() if any(sign in text for sign in signs)}
    assert writing == {
        "files",
        "notes.vault",
        "state.ledger",
        "state.journal",
        "state.run_manifest",
        "catalog.build",
        "catalog.staging",
        "report.log",
        "setup.initialise",
        "commands",
        "commands.output",
    }
