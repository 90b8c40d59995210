"""The vault's files -> the notes that cannot be read, what runs left behind, what git does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from refmatter import repository
from refmatter.config.settings import Config
from refmatter.doctor.check import Check, ok, problem, warning
from refmatter.doctor.configuration import where
from refmatter.errors import NoteError
from refmatter.files import is_temporary
from refmatter.report.counting import counted
from refmatter.stages.scan import scan
from refmatter.state.journal import FOLDER


def notes(root: Path, config: Config) -> list[Check]:
    """The notes, and those that are left as they are in every run."""
    try:
        seen = scan(root, config)
    except NoteError as error:
        return [problem("notes", error.reason, "look at the folder's permissions")]
    papers = sum(1 for _ in seen.heads())
    files = len(seen.notes) + len(seen.refused)
    told = f"{counted(papers, 'paper note')} of {counted(files, 'file')}"
    looks = "`refmatter init` tells what makes a note a paper note"
    checks = [ok("notes", told) if papers else warning("notes", told, looks)]
    for each in seen.refused:
        line = f":{each.line}" if each.line else ""
        said = f"{each.path}{line}: {each.reason}"
        checks.append(problem("note", said, "mend it; until then it stays as it is"))
    return checks


def left_over(root: Path) -> list[Check]:
    """Files that a run which was killed could not take away."""
    found = sorted(_abandoned(root))
    return [
        warning("left over", where(path, root), "of a run that was killed: the next run removes it")
        for path in found
    ]


def _abandoned(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name != ".git"]
        yield from (Path(folder, name) for name in files if is_temporary(name))


def git(root: Path, config: Config) -> list[Check]:
    """Whether the ledger is committed, and what is this machine's alone is not."""
    top = repository.repository_root(root)
    if top is None:
        return [ok("git", "the vault is in no repository")]
    if not repository.is_git_installed():
        return [warning("git", "is not installed, so its part is not looked at")]
    repo = repository.Repository(top)
    checks = [_ledger(repo, config.ledger_path(root), root)]
    checks += _private(repo, config.cache_path(root), top)
    journals = config.ledger_path(root).parent / FOLDER
    if journals.exists() and repo.tracks(journals):
        told = f"{where(journals, top)} is committed, which is this machine's alone"
        checks.append(warning("git", told, f"git rm -r --cached {where(journals, root)}"))
    return checks


def _ledger(repo: repository.Repository, path: Path, root: Path) -> Check:
    name = where(path, root)
    if repo.tracks(path):
        return ok("git", f"{name} is committed with the notes")
    if repo.ignores(path):
        way_out = f"take it out of .gitignore; `git check-ignore -v {name}` names the line"
        return problem("git", f"{name} is ignored, so other machines begin anew", way_out)
    if path.exists():
        return warning("git", f"{name} is not committed yet", f"git add {name}")
    return ok("git", f"commit {name} once there is one")


def _private(repo: repository.Repository, folder: Path, top: Path) -> list[Check]:
    """A cache in the repository is nobody else's."""
    if not folder.is_relative_to(top):
        return []
    name = where(folder, top)
    if repo.tracks(folder / "cache.db"):
        return [warning("git", f"the cache {name} is committed", f"git rm -r --cached {name}")]
    if repo.ignores(folder / "cache.db"):
        return []
    return [warning("git", f"the cache {name} would be committed", f"add /{name}/ to .gitignore")]
