"""The project as a whole: its settings, its requirements, its papers."""

import ast
import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.test_architecture import ROOT, project_files

READMES = ("README.md", "README.zh-CN.md")
PRODUCTION = {
    "SECRET_KEY": "kept-by-the-tests-and-used-nowhere-else-1234567890-abcdefghij-ABCDEFGHIJ",
    "ALLOWED_HOSTS": "market.example.com",
    "CSRF_TRUSTED_ORIGINS": "https://market.example.com",
    "SITE_URL": "https://market.example.com",
    "EMAIL_URL": "smtp://localhost:25",
}


def manage(*arguments: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a management command in a process of its own, with nothing set but what is said."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(data), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


def test_production_settings_pass_the_deployment_checks(tmp_path: Path) -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", data=tmp_path, **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize("secret", ["", "short", "development-only-secret"])
def test_production_refuses_to_start_without_a_secret_of_its_own(
    tmp_path: Path, secret: str
) -> None:
    done = manage("check", data=tmp_path, **PRODUCTION | {"SECRET_KEY": secret})
    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr


def test_production_refuses_demo_content_and_accounts(tmp_path: Path) -> None:
    wish = PRODUCTION | {"DEMO_PASSWORD": "a-password-for-the-demo"}
    assert manage("migrate", "--verbosity", "0", data=tmp_path, **wish).returncode == 0
    done = manage("load_demo", data=tmp_path, **wish)
    assert done.returncode != 0
    assert "production settings" in done.stderr
    count = "from django.contrib.auth import get_user_model as u; print(u().objects.count())"
    assert manage("shell", "--verbosity", "0", "-c", count, data=tmp_path, **wish).stdout == "0\n"


def test_production_lets_no_demo_account_in(demo_site: None, client: Client, settings) -> None:
    """A database that was once a demo's may end up behind production settings."""
    known = {"username": "bureau", "password": settings.DEMO_PASSWORD}
    assert client.login(**known)
    settings.DEMO_ALLOWED = False
    assert not client.login(**known)
    assert not client.get("/admin/", follow=False).wsgi_request.user.is_authenticated


def pinned() -> dict[str, Requirement]:
    """The packages of requirements.txt by name."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    found = [
        Requirement(line.partition("#")[0]) for line in lines if line.partition("#")[0].strip()
    ]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def test_requirements_are_exact_and_complete() -> None:
    """Every package has one version, and so has every package that it needs in turn."""
    pins = pinned()
    wrong = [str(pin) for pin in pins.values() if not re.fullmatch(r"==[\w.]+", str(pin.specifier))]
    for name, pin in pins.items():
        installed = metadata.version(name)
        if not pin.specifier.contains(installed, prereleases=True):
            wrong.append(f"{pin}, but {installed} is installed")
        for line in metadata.requires(name) or []:
            needed = Requirement(line)
            wanted = needed.marker is None or needed.marker.evaluate({"extra": ""})
            if wanted and canonicalize_name(needed.name) not in pins:
                wrong.append(f"{name} needs {needed.name}, which has no version")
    assert not wrong, "\n".join(wrong)


def settings_variables() -> set[str]:
    """The variables that the settings read from the environment."""
    source = ast.parse((ROOT / "marketplace" / "settings.py").read_text("utf-8"))
    return {
        node.args[0].value
        for node in ast.walk(source)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
    }


@pytest.mark.parametrize("readme", READMES)
def test_readme_explains_every_variable(readme: str) -> None:
    explained = set(re.findall(r"^\| `(\w+)` \|", (ROOT / readme).read_text("utf-8"), re.MULTILINE))
    assert explained == settings_variables()


@pytest.mark.parametrize("readme", READMES)
def test_readme_maps_every_folder(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    folders = {path.parts[0] for path in project_files() if len(path.parts) > 1} - {".ci"}
    folders |= {"providers/matching"}
    assert not {folder for folder in folders if f"| `{folder}/` |" not in text}


@pytest.mark.parametrize("readme", READMES)
def test_readme_points_at_files_that_exist(readme: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / readme).read_text("utf-8"))
    assert links
    assert not [link for link in links if not (ROOT / link).exists()]


def test_pictures_of_readme_are_small() -> None:
    pictures = [
        path for path in project_files() if path.suffix == ".webp" and "journeys" in path.parts
    ]
    assert len(pictures) == 3
    assert not [path for path in pictures if (ROOT / path).stat().st_size > 120_000]


def test_scripts_of_the_shell_are_sound() -> None:
    for script in (".ci/run", "marketplace/setup/install_browser.sh"):
        subprocess.run(["bash", "-n", script], cwd=ROOT, check=True)
        assert "set -euo pipefail" in (ROOT / script).read_text("utf-8")
