"""Imports point down only (DESIGN §4): web, cli -> services -> (postmortem, policy, store) -> domain."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# What a file in each part may import of the tracker. `config`, `resources` and `domain` are the ground.
GROUND = {"domain", "config", "resources", ""}
MAY_IMPORT = {
    "domain": {"domain", ""},
    "config": {"domain", ""},
    "resources": {""},
    "postmortem": {"postmortem"} | GROUND,
    "policy": {"policy"} | GROUND,
    "store": {"store"} | GROUND,
    "services": {"services", "postmortem", "policy", "store"} | GROUND,
    "cli": {"cli", "services", "postmortem", "policy", "store", "factory"} | GROUND,
    "web": {"web", "services", "postmortem", "policy", "store"} | GROUND,
    "factory": {"web"} | GROUND,
    "__main__": {"cli"},
    "": set(),
}
# Outside packages that only these parts may import.
KEPT_TO = {
    "flask": {"web", "factory"},
    "flask_wtf": {"web"},
    "wtforms": {"web"},
    "werkzeug": {"web", "factory", "cli"},  # cli: `tracker serve` runs its server
    "sqlalchemy": {"store", "services", "web", "cli"},
    "alembic": {"store"},
    "pyromark": {"postmortem"},
    "markdown": {"postmortem"},
    "nh3": {"postmortem"},
    "click": {"cli"},
    "pydantic": {"policy"},
    "ruamel": {"policy", "postmortem"},
    "dateutil": {"policy"},
    "pathspec": {"policy"},
    "junitparser": {"policy"},
    "jmespath": {"policy"},
    "httpx": {"policy", "cli", "services"},  # cli: asks the tracker's own server; services: asks forges
    "httpcore": {"policy"},
}


def part_of(path: Path) -> str:
    """`web` for tracker/web/items.py, `config` for tracker/config.py, "" for tracker/__init__.py."""
    first = path.relative_to(ROOT / "tracker").parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file, as `tracker.store.models` or `flask`.

    `from tracker.store import models` counts as `tracker.store.models`, so that `from tracker import web` is seen too.
    """
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: write imports in full"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def offences(part: str, imported: Iterator[str] | list[str]) -> list[str]:
    found = []
    for module in imported:
        head, _, rest = module.partition(".")
        if head == "tracker":
            target = rest.partition(".")[0]
            if target not in MAY_IMPORT[part] and not target.startswith("__version"):
                found.append(f"{part} imports {module}")
        elif part not in KEPT_TO.get(head, {part}):
            found.append(f"{part} imports {head}")
    return found


FILES = sorted((ROOT / "tracker").rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down_only(path: Path) -> None:
    assert offences(part_of(path), imports(path)) == []


def test_reading_documents_needs_neither_flask_nor_a_database() -> None:
    allowed = ("click", "tracker.postmortem", "tracker.domain", "tracker.cli")
    outside = [
        m for m in imports(ROOT / "tracker" / "cli" / "read.py") if m.startswith("tracker") and not m.startswith(allowed)
    ]
    assert outside == []


@pytest.mark.parametrize(
    ("part", "module"),
    [
        ("store", "tracker.postmortem.reader"),
        ("policy", "tracker.store.models"),
        ("policy", "tracker.postmortem.reader"),
        ("policy", "flask.g"),
        ("store", "tracker.policy.model"),
        ("store", "pydantic.BaseModel"),
        ("postmortem", "tracker.store.models"),
        ("domain", "tracker.store"),
        ("services", "tracker.web.items"),
        ("services", "flask.g"),
        ("postmortem", "sqlalchemy.orm"),
        ("web", "tracker.cli.serve"),
    ],
)
def test_the_guard_sees_an_import_that_points_up(part: str, module: str) -> None:
    assert offences(part, [module])
