"""Check the vault's files: unreadable notes, leftovers of killed runs, and what git tracks."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from refmatter import repository
from refmatter.config.sections import VaultSettings
from refmatter.doctor.check import Check, CheckKind, ok, problem, warning
from refmatter.doctor.configuration import where
from refmatter.errors import NoteError
from refmatter.files import is_temporary
from refmatter.report.labels import counted
from refmatter.report.sentences import other_format_texts
from refmatter.stages.learn import read_vault
from refmatter.state.journal import FOLDER


def notes(root: Path, settings: VaultSettings) -> list[Check]:
    """Return the notes, and those that are left as they are in every run."""
    try:
        seen = read_vault(root, settings)
    except NoteError as error:
        way_out = "check the permissions of the folder"
        return [problem("notes", CheckKind.NOTES_UNREADABLE, error.reason, way_out)]
    papers = sum(1 for _ in seen.heads())
    files = len(seen.notes) + len(seen.unread)
    message = f"{counted(papers, 'paper note')} of {counted(files, 'file')}"
    if papers:
        checks = [ok("notes", CheckKind.NOTES_FOUND, message)]
    else:
        way_out = "`refmatter init` shows what makes a note a paper note"
        checks = [warning("notes", CheckKind.NOTES_NO_PAPERS, message, way_out)]
    checks += [
        ok("notes", CheckKind.NOTES_OTHER_FORMAT, message)
        for message in other_format_texts(Counter(seen.other_formats.values()))
    ]
    for outcome in seen.refused:
        line = f":{outcome.line}" if outcome.line else ""
        message = f"{outcome.path}{line}: {outcome.reason}"
        way_out = "correct it; until then it stays as it is"
        checks.append(problem("note", CheckKind.NOTE_REFUSED, message, way_out))
    return checks


def left_over(root: Path) -> list[Check]:
    """Return a check for the files that a killed run left behind."""
    found = sorted(_abandoned(root))
    way_out = "of a run that was killed: the next run removes it"
    return [warning("left over", CheckKind.LEFT_OVER, where(path, root), way_out) for path in found]


def _abandoned(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name != ".git"]
        yield from (Path(folder, name) for name in files if is_temporary(name))


def git(root: Path, ledger: Path, cache: Path) -> list[Check]:
    """Whether the ledger is committed, and what is this machine's alone is not."""
    top = repository.repository_root(root)
    if top is None:
        return [ok("git", CheckKind.GIT_NO_REPOSITORY, "the vault is not in a repository")]
    if not repository.is_git_installed():
        message = "is not installed, so its part is not checked"
        return [warning("git", CheckKind.GIT_NOT_INSTALLED, message)]
    repo = repository.Repository(top)
    checks = [_ledger(repo, ledger, root)]
    checks += _check_cache_is_ignored(repo, cache, top)
    journals = ledger.parent / FOLDER
    if journals.exists() and repo.tracks(journals):
        message = f"{where(journals, top)} is committed, but belongs to this machine only"
        way_out = f"git rm -r --cached {where(journals, root)}"
        checks.append(warning("git", CheckKind.JOURNAL_COMMITTED, message, way_out))
    return checks


def _ledger(repo: repository.Repository, path: Path, root: Path) -> Check:
    name = where(path, root)
    if repo.tracks(path):
        return ok("git", CheckKind.LEDGER_COMMITTED, f"{name} is committed with the notes")
    if repo.ignores(path):
        way_out = f"remove it from .gitignore; `git check-ignore -v {name}` names the line"
        message = f"{name} is ignored, so other machines start from nothing"
        return problem("git", CheckKind.LEDGER_IGNORED, message, way_out)
    if path.exists():
        message = f"{name} is not committed yet"
        return warning("git", CheckKind.LEDGER_NOT_COMMITTED, message, f"git add {name}")
    return ok("git", CheckKind.LEDGER_TO_COMMIT, f"commit {name} once there is one")


def _check_cache_is_ignored(repo: repository.Repository, folder: Path, top: Path) -> list[Check]:
    """Return a warning if git does not ignore the cache in a repository."""
    if not folder.is_relative_to(top):
        return []
    name = where(folder, top)
    if repo.tracks(folder / "cache.db"):
        message, way_out = f"the cache {name} is committed", f"git rm -r --cached {name}"
        return [warning("git", CheckKind.CACHE_COMMITTED, message, way_out)]
    if repo.ignores(folder / "cache.db"):
        return []
    message, way_out = f"the cache {name} would be committed", f"add /{name}/ to .gitignore"
    return [warning("git", CheckKind.CACHE_NOT_IGNORED, message, way_out)]
