"""Where the files are that are not code: inside the package when it is installed, beside it in a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """The folder `name` ("migrations", "templates", "incidents"). Raises FileNotFoundError where neither layout has it."""
    for root in (PACKAGE, PACKAGE.parent):
        if (root / name).is_dir():
            return root / name
    raise FileNotFoundError(f"{name}/ is missing: the installation is not whole; install the package again.")
