"""`make` sets everything up, and says in one sentence what is missing (tools/environment.py, Makefile)."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What setting up looks at, in a folder of its own."""
    (tmp_path / "tools").mkdir()
    for name in ("tools/environment.py", "Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def python(checkout: Path, before: str, then: str) -> "subprocess.CompletedProcess[str]":
    """Run Python statements around the script, in the state that `before` brings about."""
    program = f"import sys, runpy; {before}; script = 'tools/environment.py'; {then}"
    return subprocess.run([sys.executable, "-c", program], cwd=checkout, capture_output=True, text=True, check=False)


def wanted(checkout: Path) -> str:
    done = python(checkout, "pass", "print(runpy.run_path(script)['wanted']('test'))")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_old_python_is_one_clear_sentence(checkout: Path) -> None:
    old = "sys.version_info = (3, 9, 2, 'final', 0); sys.argv[1:] = ['run']"
    done = python(checkout, old, "runpy.run_path(script, run_name='__main__')")
    assert done.returncode == 1
    assert done.stderr.startswith("This needs Python 3.11 or newer") and done.stderr.count("\n") == 1


def test_a_python_without_venv_is_one_clear_sentence(checkout: Path) -> None:
    without = "sys.modules['ensurepip'] = None; sys.argv[1:] = ['run']"
    done = python(checkout, without, "runpy.run_path(script, run_name='__main__')")
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr and done.stderr.count("\n") == 1


def test_no_python_at_all_is_one_clear_sentence(checkout: Path) -> None:
    done = subprocess.run(
        ["make", "run", "PYTHON=no-such-python"], cwd=checkout, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("There is no no-such-python here: install Python 3.11 or newer")


def test_the_environment_is_made_anew_when_a_lock_or_the_path_changes(checkout: Path, tmp_path: Path) -> None:
    before = wanted(checkout)
    assert wanted(checkout) == before
    with (checkout / "requirements.txt").open("a") as lock:
        lock.write("# one more\n")
    changed = wanted(checkout)
    assert changed != before
    moved = tmp_path / "moved"
    (moved / "tools").mkdir(parents=True)
    for name in ("tools/environment.py", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(checkout / name, moved / name)
    assert wanted(moved) != changed


def test_an_environment_that_fits_is_left_alone(checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    run = "sys.argv[1:] = ['run']"
    mend = "m = runpy.run_path(script); m['stamp']('run').write_text(m['wanted']('run'))"
    assert python(checkout, run, mend).returncode == 0
    done = python(checkout, run + "; sys.modules['ensurepip'] = None", "runpy.run_path(script, run_name='__main__')")
    assert (done.returncode, done.stderr) == (0, ""), "it would have needed ensurepip to make one"
