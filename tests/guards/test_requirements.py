"""The lock files name what pyproject.toml asks for, each with hashes: `make lock` writes them."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNTIME = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["postgresql"]
DEVELOPMENT = PROJECT["optional-dependencies"]["dev"]


def locked(name: str) -> dict[str, set[str]]:
    """Package -> the versions that the lock names (several where markers choose between them)."""
    found: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", (ROOT / name).read_text(), re.MULTILINE):
        found.setdefault(canonicalize_name(package), set()).add(version)
    return found


@pytest.mark.parametrize(
    ("lock", "wanted"), [("requirements.txt", RUNTIME), ("requirements-dev.txt", RUNTIME + DEVELOPMENT)]
)
def test_a_lock_has_a_version_that_fits_each_dependency(lock: str, wanted: list[str]) -> None:
    versions = locked(lock)
    for requirement in map(Requirement, wanted):
        found = versions.get(canonicalize_name(requirement.name), set())
        assert found, f"{requirement.name} is not in {lock}: run `make lock`"
        assert all(requirement.specifier.contains(version) for version in found), f"{requirement}: {lock} has {found}"


def test_both_locks_agree() -> None:
    runtime, development = locked("requirements.txt"), locked("requirements-dev.txt")
    assert {name: development.get(name) for name in runtime} == runtime


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_locked_with_its_hashes(lock: str) -> None:
    packages = re.split(r"^(?=[a-z0-9])", (ROOT / lock).read_text(), flags=re.MULTILINE)[1:]
    assert packages
    assert [package.partition("\n")[0] for package in packages if "--hash=sha256:" not in package] == []


def test_nothing_is_locked_at_runtime_that_nobody_asked_for() -> None:
    """Each package that is no dependency of ours says in its comment whose it is."""
    packages = re.split(r"^(?=[a-z0-9])", (ROOT / "requirements.txt").read_text(), flags=re.MULTILINE)[1:]
    assert [package.partition("\n")[0] for package in packages if "# via" not in package] == []
