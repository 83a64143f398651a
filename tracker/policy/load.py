"""A policy file's bytes as a policy, or what is wrong with them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from tracker.policy.model import Policy, policy_from
from tracker.policy.problems import Problem, Source, all_explained
from tracker.policy.references import wrong_references
from tracker.policy.yaml_tree import parse

__all__ = ["Loaded", "Problem", "load", "policy_from_json"]

MOST_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file. `policy` is None exactly where there are errors; `digest` is the SHA-256 of the bytes."""

    policy: Policy | None
    digest: str
    problems: tuple[Problem, ...]
    source: Source = field(default_factory=lambda: Source("", {}))

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")


def load(data: bytes, file: str) -> Loaded:
    """Read a policy file; `file` is what problems call it. Never raises, whatever the bytes are."""
    policy, problems, source = _read(data, file)
    in_order = sorted(dict.fromkeys(problems), key=lambda problem: problem.line)
    return Loaded(policy, hashlib.sha256(data).hexdigest(), tuple(in_order), source)


def policy_from_json(parsed: Mapping[str, Any]) -> Policy:
    """What `Policy.model_dump(mode="json", by_alias=True)` gave. Raises pydantic's ValidationError where it did not."""
    return policy_from(parsed)


def _read(data: bytes, file: str) -> tuple[Policy | None, list[Problem], Source]:
    source = Source(file, {})
    if len(data) > MOST_BYTES:
        message = f"the file has {len(data):,} bytes, and a policy has {MOST_BYTES:,} at most."
        return None, [Problem(file, 1, message, "Split it into several policies.")], source
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [Problem(file, line, "this is not UTF-8.", "Save the file as UTF-8.")], source
    tree = parse(text, file)
    if not isinstance(tree.value, dict):
        nothing = [Problem(file, 1, "a policy is keys and values.", "See docs/policy.md for what it is.")]
        return None, tree.problems or nothing, tree.source
    try:
        policy = policy_from(tree.value)
    except ValidationError as error:
        found = all_explained(error.errors(include_url=False), tree.source)
        return None, tree.problems + found, tree.source
    problems = tree.problems + wrong_references(policy, tree.source)
    return (None if problems else policy), problems, tree.source
