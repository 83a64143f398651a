"""What pyproject.toml cannot say: folders beside the package in a checkout that stand inside it in the wheel.

`tracker/resources.py` finds them in both layouts.
"""

from setuptools import find_packages, setup

BESIDE = ("templates", "migrations", "incidents")

setup(
    packages=[*find_packages(include=["tracker", "tracker.*"]), *(f"tracker.{name}" for name in BESIDE)],
    package_dir={f"tracker.{name}": name for name in BESIDE},
    package_data={
        "tracker": ["static/**/*"],
        "tracker.templates": ["**/*.html", "**/*.txt", "**/*.xml"],
        "tracker.migrations": ["**/*.py", "*.mako"],
        "tracker.incidents": ["*.md"],
    },
)
