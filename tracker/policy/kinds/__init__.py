"""The kinds of check: what each needs, who runs it, and what it is given. One module per kind, with one function `run`.

A kind's module is imported when a check of it runs and no sooner: a gate without `http` checks loads no HTTP client. It gets
a `Context` and its own parameters (tracker.policy.model), and gives an `Observation`. It may raise `CouldNotFindOut`, which
is an observation of outcome *error*; whatever else it raises is one too (tracker.policy.running sees to it). Nothing is
global: clock, facts, git and the HTTP client are all in the context.
"""

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.domain.policy import RunsOn
from tracker.policy.kinds.context import Context, CouldNotFindOut, could_not_find_out, failed, passed, skipped, timed
from tracker.policy.kinds.texts import expand, redact
from tracker.policy.values import Observation

if TYPE_CHECKING:
    from tracker.policy.model import Check

__all__ = [
    "KINDS",
    "Context",
    "CouldNotFindOut",
    "Kind",
    "could_not_find_out",
    "expand",
    "failed",
    "passed",
    "redact",
    "skipped",
    "timed",
    "where",
]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of check. `needs` is a part of {network, git, server, exec, forge}; `flaps` says that one answer may be a
    fluke, so that a state turns only after several in a row."""

    name: str
    needs: frozenset[str] = frozenset()
    flaps: bool = False

    def run(self, ctx: Context, params: Any) -> Observation:
        """Evaluate a check of this kind once."""
        observation: Observation = importlib.import_module(f"{__name__}.{self.name}").run(ctx, params)
        return observation


def _kind(name: str, *needs: str, flaps: bool = False) -> tuple[str, Kind]:
    return name, Kind(name, frozenset(needs), flaps)


KINDS: dict[str, Kind] = dict(
    [
        _kind("http", "network", flaps=True),
        _kind("window"),
        _kind("target", "git"),
        _kind("deployed_on", "server"),
        _kind("attestation", "server"),
        _kind("acknowledged", "server"),
        _kind("action_items", "server"),
        _kind("no_open_incident", "server"),
        _kind("branch_rules", "forge", flaps=True),
        _kind("commit_status", "forge", flaps=True),
        _kind("command", "exec", flaps=True),
    ]
)
ONLY_THE_COMMAND_LINE = frozenset({"git", "exec"})
ONLY_THE_SERVER = frozenset({"server", "forge"})


def where(check: "Check", *, online: bool) -> str:
    """Who evaluates a check at a gate: "cli" or "server".

    What reads the server's facts or asks the forge is the server's; what runs a program or reads the clone is the command
    line's. The others are the command line's unless the policy says `runs_on: server`, which counts only while the server
    is `online`: without it the command line runs what it can, so that people see it. A commit's ancestors are in the clone.
    """
    kind = KINDS.get(check.kind)
    if kind is None:  # results of other kinds are pushed to the server
        return "server"
    if kind.needs & ONLY_THE_COMMAND_LINE or _needs_history(check):
        return "cli"
    if kind.needs & ONLY_THE_SERVER or (online and check.runs_on is RunsOn.SERVER):
        return "server"
    return "cli"


def _needs_history(check: "Check") -> bool:
    return check.kind == "deployed_on" and getattr(check.with_, "match", None) == "ancestor"
