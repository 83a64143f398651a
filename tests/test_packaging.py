"""`pip install .` gives the `tracker` command, and the wheel has everything that the checkout has beside the package."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def known_files() -> list[str]:
    """What git knows of the checkout, so that files lying about cannot help or hurt."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [name for name in names.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in known_files():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((ROOT / name).read_bytes())
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(source)]
    done = subprocess.run(build, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment with the wheel in it; the dependencies are those that these tests run with."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(folder / "bin" / "python")]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    return folder


def run(installed: Path, *command: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the environment from an empty folder, so that the checkout is nowhere near."""
    site_packages = next(path for path in sys.path if path.endswith("site-packages"))
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": site_packages,
        "HOME": str(home),
        "TRACKER_DATA_DIR": str(home / "data"),
    }
    program = str(installed / "bin" / command[0])
    return subprocess.run([program, *command[1:]], cwd=home, env=environ, capture_output=True, text=True, check=False)


def test_the_wheel_has_each_file_that_the_program_needs(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    beside = ("templates/", "migrations/", "incidents/")
    needed = {f"tracker/{name}" for name in known_files() if name.startswith(beside)}
    needed |= {name for name in known_files() if name.startswith("tracker/")}
    assert needed and needed <= inside


def test_the_wheel_has_nothing_else(wheel: Path) -> None:
    inside = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in inside if not name.endswith(".dist-info")} == {"tracker"}


def test_the_installed_command_imports_and_lists_without_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = run(installed, "python", "-c", "import tracker; print(tracker.__file__)", home=tmp_path)
    assert where.stdout.startswith(str(installed)), where.stdout + where.stderr
    (tmp_path / "one.md").write_text("# 2026-05-01 Down\n\n## Action items\n\n- [ ] Look at the disk first\n")
    imported = run(installed, "tracker", "import", "one.md", home=tmp_path)  # needs the migrations
    assert imported.returncode == 0, imported.stdout + imported.stderr
    listed = run(installed, "tracker", "items", home=tmp_path)
    assert "Look at the disk first" in listed.stdout, listed.stdout + listed.stderr


def test_the_installed_application_shows_its_pages(installed: Path, tmp_path: Path) -> None:
    program = (
        "from tracker.factory import create_app\n"
        "from tracker.config import Settings\n"
        "from tracker.store.migrate import upgrade\n"
        "settings = Settings.from_env(public_read=True)\n"
        "settings.data_dir.mkdir(parents=True)\n"
        "upgrade(settings.database)\n"
        "print(create_app(settings).test_client().get('/').status)\n"
    )
    shown = run(installed, "python", "-c", program, home=tmp_path)
    assert shown.stdout.strip() == "200 OK", shown.stdout + shown.stderr
