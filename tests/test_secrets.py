"""No password, key or token lies in the repository."""

import subprocess
from pathlib import Path

import pytest
from detect_secrets import SecretsCollection
from detect_secrets.settings import default_settings

ROOT = Path(__file__).resolve().parents[1]
#: Hashes of packages, tables and pictures are no secrets; tests sign in with words made up for them.
LEFT_OUT = (".lock", ".csv", ".png", ".woff2", ".pptx", ".parquet", ".xpt")


def found(files: list[Path]) -> list[str]:
    secrets = SecretsCollection()
    with default_settings():
        for file in files:
            secrets.scan_file(str(file))
    return [f"{name}:{secret.line_number} {secret.type}" for name, secret in secrets]


def test_the_repository_holds_no_secret() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607
    if listed.returncode:
        pytest.skip("not a git repository")
    files = [name for name in listed.stdout.split() if not name.endswith(LEFT_OUT) and not name.startswith("tests/")]
    assert len(files) > 100
    assert found([ROOT / name for name in files]) == []


def test_a_secret_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("password = 'Tr0ub4dor" + "&3xyz'\n")
    assert len(found([tmp_path / "a.py"])) == 1
