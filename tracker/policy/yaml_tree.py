"""A policy file's YAML as plain values, with the line of everything.

YAML 1.2 by ruamel, read as a tree: a key that stands twice is an error, where other readers drop the first one in silence,
and with it a check. Dates stay text, which the models read.
"""

from dataclasses import dataclass, field
from typing import Any

from tracker.policy.problems import Path, Problem, Source

MOST_NODES = 50_000  # an alias of an alias of an alias grows beyond any file
DEEPEST = 40
TAG = "tag:yaml.org,2002:"


@dataclass(slots=True)
class Tree:
    value: Any
    source: Source
    problems: list[Problem]


def parse(text: str, file: str) -> Tree:
    """Never raises: what cannot be read is a problem, and then `value` is None or what else could be read."""
    from ruamel.yaml import YAML  # takes 0.1 s to import, and only whoever reads a policy needs it
    from ruamel.yaml.error import MarkedYAMLError

    lines: dict[Path, int] = {}
    source = Source(file, lines)
    try:
        yaml = YAML(typ="safe", pure=True)
        yaml.composer.warn_double_anchors = False  # the later one counts, as YAML has it; nobody reads warnings here
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        return Tree(None, source, [_unreadable(error, file, text)])
    except RecursionError:
        return Tree(None, source, [Problem(file, 1, f"the YAML is nested deeper than {DEEPEST} levels.", "Flatten it.")])
    except Exception as error:  # ruamel answers some nonsense with plain ValueErrors, AttributeErrors and the like
        return Tree(None, source, [Problem(file, 1, f"this is no YAML ({' '.join(str(error).split())[:200]}).")])
    if root is None:
        return Tree(None, source, [Problem(file, 1, "the file is empty.", "See docs/policy.md for what a policy is.")])
    walk = _Walk(source, lines)
    value = walk.value(root, ())
    return Tree(value, source, walk.problems)


def _unreadable(error: Any, file: str, text: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    lines = text.splitlines()
    if "\\t" in str(error.problem) or (line <= len(lines) and lines[line - 1].lstrip(" ").startswith("\t")):
        return Problem(file, line, "a tab stands where YAML wants spaces.", "Indent with spaces only.")
    if "another document" in str(error):
        return Problem(file, line, "a second document begins.", "One file holds one policy: take the `---` away.")
    what = "; ".join(part for part in (error.context, error.problem) if part)
    return Problem(file, line, f"this is no YAML: {' '.join(what.split())}.", "Look at this line and the one above it.")


@dataclass(slots=True)
class _Walk:
    source: Source
    lines: dict[Path, int]
    problems: list[Problem] = field(default_factory=list)
    seen: int = 0

    def value(self, node: Any, path: Path) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        self.seen += 1
        if self.seen > MOST_NODES or len(path) > DEEPEST:
            if not any("too much" in problem.message for problem in self.problems):
                self.problems.append(self.source.error(path, "this is too much.", "Are there aliases inside aliases?"))
            return None
        if node.id == "mapping":
            return self._mapping(node, path)
        if node.id == "sequence":
            return [self.value(one, (*path, n)) for n, one in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: Any, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            here = key.start_mark.line + 1
            if key.id != "scalar":
                self.problems.append(Problem(self.source.file, here, "a key is a word, not a list.", "Quote it."))
                continue
            name = key.value
            if name == "<<":
                self.problems.append(
                    Problem(self.source.file, here, "`<<` is no part of YAML 1.2.", "Write the keys out, or use an alias.")
                )
                continue
            if name in found:
                first = self.lines[*path, name]
                message = f"the key `{name}` stands twice: the first time in line {first}."
                self.problems.append(Problem(self.source.file, here, message, "Keep one of the two."))
                continue
            self.lines[*path, name] = here
            found[name] = self.value(value, (*path, name))
        return found

    def _scalar(self, node: Any, path: Path) -> Any:
        tag, text = str(node.tag).removeprefix(TAG), node.value
        try:
            if tag == "null":
                return None
            if tag == "bool":  # after %YAML 1.1 ruamel takes `yes` and `no` for truth values: here they are words
                return {"true": True, "false": False}.get(text.lower(), text)
            if tag == "int":
                return _integer(text)
            if tag == "float":
                return _float(text)
        except ValueError:
            tag = f"!!{tag}"
        if tag not in ("str", "timestamp"):
            self.problems.append(self.source.error(path, f"the tag `{tag}` means nothing here.", "Take it away."))
        return text


def _integer(text: str) -> int:
    digits = text.replace("_", "")
    bare = digits.lstrip("+-")
    if len(bare) > 18:
        raise ValueError("no number in a policy is so long")
    return int(digits, 0) if bare[:2].lower() in ("0x", "0o", "0b") else int(digits)


def _float(text: str) -> float | str:
    """Endless ones and what is no number stay text: JSON has no word for them."""
    value = float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan").lower().replace(".inf", "inf"))
    return value if value - value == 0 else text
