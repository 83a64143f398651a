"""Make .venv what the lock files say, and do nothing where it is that already: `python3 tools/environment.py run|test`.

Runs on whatever `python3` is, so it keeps to old syntax, and what is missing it says in one sentence. Nothing is
written outside the checkout: a read-only home is fine.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKS = {"run": ("requirements.txt",), "test": ("requirements.txt", "requirements-dev.txt")}
OLDEST = (3, 11)


def main(purpose: str) -> None:
    if sys.version_info < OLDEST:
        fail(
            "This needs Python {}.{} or newer, and {} is {}.{}: install a newer one and name it, as in "
            "`make run PYTHON=python3.11`.".format(*OLDEST, sys.executable, *sys.version_info[:2])
        )
    if is_ready(purpose):
        return
    try:
        import ensurepip  # noqa: F401  # Debian keeps it in a package of its own, and venv needs it
        import venv
    except ImportError:
        fail("Python’s venv is missing: `apt-get install python3-venv` brings it on Debian and Ubuntu.")
    print(f"Setting up .venv from {' and '.join(LOCKS[purpose])} (once; half a minute or so) …", file=sys.stderr)
    if not is_ready("run"):
        shutil.rmtree(str(VENV), ignore_errors=True)
        venv.create(str(VENV), with_pip=True)
    for name in LOCKS[purpose]:
        install(name)
    for known in LOCKS:
        if set(LOCKS[known]) <= set(LOCKS[purpose]):
            stamp(known).write_text(wanted(known))


def is_ready(purpose: str) -> bool:
    return stamp(purpose).is_file() and stamp(purpose).read_text() == wanted(purpose)


def stamp(purpose: str) -> Path:
    return VENV / f".made-for-{purpose}"


def wanted(purpose: str) -> str:
    """What the environment depends on: this Python, this path (a venv cannot be moved), these locks."""
    locks = [hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in LOCKS[purpose]]
    return "\n".join([sys.version, os.path.realpath(sys.base_prefix), str(ROOT), *locks])


def install(lock: str) -> None:
    """Only what the lock names, each file with the hash that it names."""
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-cache-dir", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / lock)], check=False)
    if done.returncode:
        fail(f"The packages of {lock} could not be installed; what pip says stands above.")


def fail(sentence: str) -> None:
    print(sentence, file=sys.stderr)
    raise SystemExit(1)


if __name__ == "__main__":
    main(sys.argv[1])
