"""Files stay under 300 lines and functions under 40, so that each can be read at once (STYLE, "Size")."""

import ast
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINES_OF_A_FILE, LINES_OF_A_FUNCTION = 300, 40

KINDS = {"tracker": ("*.py", "*.css", "*.js"), "templates": ("*.html",), "migrations": ("*.py",), "bench": ("*.py",)}
SOURCES = [p for folder, kinds in KINDS.items() for kind in kinds for p in sorted((ROOT / folder).rglob(kind))]
GENERATED = {"pygments.css"}  # by `tracker.postmortem.html.pygments_css`


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_short(path: Path) -> None:
    if path.name not in GENERATED and "migrations" not in path.parts:  # a migration is never cut in two
        assert path.read_text(encoding="utf-8").count("\n") < LINES_OF_A_FILE


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if path.suffix == ".py"], ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_function_is_short(path: Path) -> None:
    long = [
        f"{path.name}:{node.lineno} {node.name}: {length} lines"
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) >= LINES_OF_A_FUNCTION
        and "migrations" not in path.parts  # one migration is one long list of tables
    ]
    assert long == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_left_for_later(path: Path) -> None:
    assert [words for words in remarks(path) if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", words)] == []


def remarks(path: Path) -> list[str]:
    """What a file says to its readers: the comments of Python (the reader's vocabulary has these words in strings)."""
    if path.suffix != ".py":
        return path.read_text(encoding="utf-8").splitlines()
    with path.open("rb") as file:
        return [token.string for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT]
