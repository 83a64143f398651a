"""What pyproject.toml cannot say: folders beside the package in a checkout that stand inside it in the wheel.

`tracker/resources.py` finds them in both layouts.
"""

from pathlib import Path

from setuptools import find_packages, setup

BESIDE = ("templates", "migrations", "incidents")


def packages() -> list[str]:
    """Every folder, those with nothing but data too: setuptools knows packages only."""
    folders = [folder for name in (*BESIDE, "tracker/static") for folder in (Path(name), *Path(name).rglob("*/"))]
    dotted = [".".join(folder.parts) for folder in folders if folder.name != "__pycache__"]
    return find_packages(include=["tracker", "tracker.*"]) + [
        name if name.startswith("tracker.") else f"tracker.{name}" for name in dotted
    ]


setup(
    packages=packages(),
    package_dir={f"tracker.{name}": name for name in BESIDE},
    package_data={"": ["*.html", "*.txt", "*.css", "*.js", "*.svg", "*.md", "*.mako"]},
)
