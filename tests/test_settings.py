from pathlib import Path

import pytest
from pydantic import ValidationError

from settings import Settings, variable

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_described_in_the_readme_in_the_same_words(field):
    description = Settings.model_fields[field].description
    assert description
    assert f"| `{variable(field)}` | {description} |" in (ROOT / "README.md").read_text("utf-8")


def test_the_readme_names_no_setting_that_is_none():
    rows = [line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if line.startswith("| `TRIALBOARD_")]
    assert {row.split("`")[1] for row in rows} == {variable(field) for field in Settings.model_fields}


def test_folders_are_separated_as_in_path(monkeypatch):
    monkeypatch.setenv("TRIALBOARD_TRIALS", "/a:/b")
    assert Settings().trials == (Path("/a"), Path("/b"))


@pytest.mark.parametrize(("given", "read"), [("", "/"), ("/", "/"), ("trials", "/trials/"), ("/a/b", "/a/b/")])
def test_a_prefix_has_its_slashes(monkeypatch, given, read):
    monkeypatch.setenv("TRIALBOARD_PREFIX", given)
    assert Settings().prefix == read


def test_port_keeps_its_short_name(monkeypatch):
    monkeypatch.setenv("PORT", "9000")
    assert Settings().port == 9000


@pytest.mark.parametrize(
    "chosen",
    [
        {"TRIALBOARD_OIDC_ISSUER": "https://provider.test"},
        {"TRIALBOARD_USERS": "ward:hash", "TRIALBOARD_OIDC_ISSUER": "https://provider.test"},
        {"TRIALBOARD_WORKERS": "0"},
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(monkeypatch, chosen):
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()


def test_secrets_are_not_printed(monkeypatch):
    monkeypatch.setenv("TRIALBOARD_USERS", "ward:very-secret")
    assert "very-secret" not in repr(Settings())
