import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from refmatter.config.discovery import KEYS, looks_ours
from refmatter.config.loading import load
from refmatter.config.schema import schema
from refmatter.config.sections import Create, Settings
from refmatter.errors import ConfigError
from refmatter.fields import Field
from support import absent

ROOT = Path(__file__).parents[1]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.yaml"


def complaint(file: Path, text: str) -> str:
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(file)
    return str(caught.value).replace(str(file), "config.yaml")


def test_no_file_means_the_defaults() -> None:
    loaded = load(None)
    assert loaded.file is None
    assert loaded.settings.references.create == "never"
    assert loaded.settings.references.resolve == "batched"
    assert loaded.service("semantic_scholar").api_key_env == "SEMANTIC_SCHOLAR_API_KEY"
    assert loaded.service("openalex").api_key_env == "OPENALEX_API_KEY"


@pytest.mark.parametrize("text", ["", "# nothing\n", "notes:\ncache:\nproviders:\n  arxiv:\n"])
def test_empty_sections_mean_the_defaults(file: Path, text: str) -> None:
    file.write_text(text)
    assert load(file).settings == load(None).settings


def test_unknown_keys_name_the_line_and_the_nearest_key(file: Path) -> None:
    said = complaint(file, "contact: me@example.org\nproviders:\n  semantic_scholr: {}\n")
    assert said.startswith("config.yaml:3: ")
    assert absent(said, "`providers.semantic_scholr`", "`semantic_scholar`?") == []


def test_an_unknown_key_that_is_like_none_lists_them(file: Path) -> None:
    said = complaint(file, "cache:\n  zzz: 1\n")
    assert said.startswith("config.yaml:2: ")
    assert absent(said, "`cache.zzz`", "dir, max_age_days") == []


@pytest.mark.parametrize(
    ("text", "key", "new"),
    [
        ("match: {write: likely}", "match.write", "auto_write"),
        ("match: {certain: 0.9}", "match.certain", "certain_threshold"),
        ("match: {likely: 0.9}", "match.likely", "likely_threshold"),
        ("match: {gap: 0.1}", "match.gap", "min_margin"),
        ("match: {doubtful: 0.5}", "match.doubtful", "review_threshold"),
        ("cache: {days: 3}", "cache.days", "max_age_days"),
        ("retry_absent_after: 3", "retry_absent_after", "retry_not_found_after_days"),
        ("refresh_after: {citation_count: 3}", "refresh_after", "refresh_after_days"),
        ("providers: {arxiv: {every: 3}}", "providers.arxiv.every", "min_interval_seconds"),
        ("providers: {arxiv: {key_from: K}}", "providers.arxiv.key_from", "api_key_env"),
        ("providers: {catalog: {full: true}}", "providers.catalog.full", "authoritative"),
        ("ladder: [{rung: title_search, ask: [arxiv], own: true}]", "ladder.0.own", "notes_only"),
        (
            "ladder: [{rung: title_search, ask: [arxiv], enough: 1}]",
            "ladder.0.enough",
            "max_misses",
        ),
        (
            "ladder: [{rung: title_search, ask: [arxiv], beside: true}]",
            "ladder.0.beside",
            "with_previous",
        ),
    ],
)
def test_a_key_of_an_older_version_is_refused_with_the_keys_that_exist(
    file: Path, text: str, key: str, new: str
) -> None:
    message = complaint(file, text)
    assert absent(message, "config.yaml:1", f"`{key}`", new) == []
    assert "\n" not in message


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("references:\n  create: sometimes\n", "config.yaml:2: `references.create`"),
        ("fields:\n  year: 3\n", "config.yaml:2: `fields.year`"),
        (
            "providers:\n  arxiv:\n    min_interval_seconds: -1\n",
            "config.yaml:3: `providers.arxiv.min_interval_seconds`",
        ),
        ("providers:\n  arxiv: {base_url: 'ftp://x'}\n", "config.yaml:2: `providers.arxiv.base"),
        ("notes: 7\n", "config.yaml:1: `notes`: should be keys and values, each on a line below"),
        (
            "match:\n  min_margin: 7\n",
            "config.yaml:2: `match.min_margin`: should be less than or equal to 1",
        ),
        ("notes:\n  include:\n  - a\n  - 5\n", "config.yaml:4: `notes.include.1`"),
        ("- a\n- b\n", "config.yaml:1: should be keys and values"),
        ("a: b: c\n", "config.yaml:1: is not readable YAML"),
        ("x: !!python/object:os.system {}\n", "config.yaml:1: is not readable YAML"),
    ],
)
def test_a_wrong_value_names_the_file_and_the_line(file: Path, text: str, where: str) -> None:
    assert where in complaint(file, text)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("contact: x\nnotes: " + "[" * 200_000, "config.yaml:2: is nested too deep"),
        ("notes: {paper: " + "{a: " * 200_000, "config.yaml:1: is nested too deep"),
        ("a: &a [x]\nb: [*a, *a]\n", "config.yaml:2: has an alias"),
        ("a: &a {k: v}\nb:\n  <<: [*a, *a]\n", "config.yaml:3: has an alias"),
        ("a: [" + "1," * 100_000 + "1]\n", "config.yaml:1: has too many values"),
        ("#" * 1_000_001, "config.yaml: is too large to be read"),
        ("a: " + "1:" * 400 + "1.5\n", "config.yaml: is not readable YAML"),
        ("a: " + "9" * 5000 + "\n", "config.yaml: is not readable YAML"),
        ("a: 2001-99-99\n", "config.yaml: is not readable YAML"),
        ("a: \x00\n", "config.yaml: is not readable YAML"),
        ("a: 1\n---\nb: 1\n", "config.yaml:2: is not readable YAML"),
    ],
)
def test_a_file_made_to_do_harm_is_refused(file: Path, text: str, where: str) -> None:
    """Unguarded, the first ones end the whole program and the merge keys take for ever."""
    assert where in complaint(file, text)


def test_several_mistakes_are_all_told_once(file: Path) -> None:
    said = complaint(file, "fields:\n  year: 3\nledgr: x\n").splitlines()
    assert len(said) == len(set(said))
    assert any("ledgr" in line and "`ledger`" in line for line in said)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path)


def test_a_file_that_is_no_text(file: Path) -> None:
    file.write_bytes(b"contact: \xff\n")
    with pytest.raises(ConfigError, match="UTF-8"):
        load(file)


def test_paths_start_from_the_file(file: Path, tmp_path: Path) -> None:
    file.write_text("cache: {dir: answers}\nledger: known.lock\n")
    loaded = load(file)
    assert loaded.cache_path(tmp_path / "vault") == tmp_path / "answers"
    assert loaded.ledger_path(tmp_path / "vault") == tmp_path / "known.lock"


def test_without_a_file_the_ledger_is_in_the_vault_and_the_cache_is_not(tmp_path: Path) -> None:
    loaded = load(None)
    assert loaded.ledger_path(tmp_path) == tmp_path / "refmatter.lock"
    assert tmp_path not in loaded.cache_path(tmp_path).parents


def test_keys_come_from_the_environment_and_are_never_shown(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", " s3cr3t ")
    monkeypatch.delenv("OPENALEX_API_KEY", raising=False)
    file.write_text(
        "providers:\n  semantic_scholar: {api_key_env: MY_KEY}\n"
        "  openalex: {min_interval_seconds: 2}\n"
    )
    loaded = load(file)
    assert loaded.api_key("semantic_scholar") == "s3cr3t"
    assert loaded.api_key("openalex") is None
    assert loaded.api_key("arxiv") is None
    shown = loaded.as_yaml()
    assert "s3cr3t" not in shown
    assert "MY_KEY is set" in shown
    assert "OPENALEX_API_KEY is not set" in shown


def test_what_is_shown_can_be_loaded_again(file: Path) -> None:
    file.write_text("fields: {year: Year, key: false}\nreferences: {create: all}\n")
    loaded = load(file)
    file.write_text(loaded.as_yaml())
    assert load(file).settings == loaded.settings


def test_field_names(file: Path) -> None:
    file.write_text("fields: {year: Year, key: false, venue: null}\n")
    assert load(file).settings.fields.by_field() == {Field.YEAR: "Year", Field.KEY: False}


def test_creating_changes_nothing_else(file: Path) -> None:
    file.write_text("references: {headings: [Literatur]}\n")
    loaded = load(file).with_create("all")
    assert loaded.settings.references.create is Create.ALL
    assert loaded.settings.references.headings == ("Literatur",)


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("# refmatter\nfoo: 1\n", True),
        ("references:\n  create: all\n", True),
        ("baseURL: https://blog.example\ntitle: My site\n", False),
        ("", False),
    ],
)
def test_other_programs_config_files_are_left_alone(file: Path, text: str, ours: bool) -> None:
    file.write_text(text)
    assert looks_ours(file) is ours


def test_what_cannot_be_read_is_not_ours(tmp_path: Path) -> None:
    assert not looks_ours(tmp_path)


def test_the_schema_in_the_repository_is_the_models() -> None:
    assert json.loads((ROOT / "config.schema.json").read_text()) == schema()


def test_the_projects_own_config_is_valid_and_so_is_what_it_shows_commented() -> None:
    text = (ROOT / "config.yaml").read_text()
    assert "config.schema.json" in text.splitlines()[0]
    load(ROOT / "config.yaml")
    jsonschema.validate(yaml.safe_load(text), schema())


def test_the_commented_defaults_are_the_defaults(file: Path) -> None:
    lines = (ROOT / "config.yaml").read_text().splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("# providers:"))
    end = next(i for i in range(start, len(lines)) if not lines[i].strip())
    file.write_text("\n".join(line.removeprefix("# ") for line in lines[start:end]))
    shown, default = load(file), load(None)
    name = "semantic_scholar"
    assert shown.service(name).api_key_env == default.service(name).api_key_env
    assert shown.service("openalex") == default.service("openalex")


def test_the_keys_by_which_a_file_is_known_are_those_it_may_have() -> None:
    assert Settings.model_fields.keys() == KEYS
