"""A check of a policy: what all kinds have in common, then one class per kind (POLICY §2.3)."""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from tracker.domain.policy import ChangeType, Enforcement, Mode, RunsOn
from tracker.policy import parameters
from tracker.policy.durations import Length
from tracker.policy.parameters import Id, Strict, Text

PROVES = re.compile(r"(A[1-9][0-9]*)(?:[\s:–-]+(\S.*))?", re.DOTALL)
Proves = Annotated[str, StringConstraints(pattern=r"^A[1-9][0-9]*([\s:–-]+\S[\s\S]*)?$")]
Change = Annotated[ChangeType, Field(strict=False)]
ALWAYS_CONDITIONS = ("branch_rules", "pushed")  # they say how the world is; they do not judge a change


class AppliesTo(Strict):
    """Which changes a check is for: every key that is stated must fit, any value of a key is enough."""

    deployments: tuple[Id, ...] = Field((), description="Ids of deployments; none stated: all of them.")
    stages: tuple[Id, ...] = Field((), description="Ids of stages; none stated: all of them.")
    refs: tuple[Text, ...] = Field((), description="Refs such as refs/heads/prod; `*` stands for anything.")
    changed_paths: tuple[Text, ...] = Field((), description="Only changes that touch one of these paths, as in .gitignore.")
    change_types: tuple[Change, ...] = Field((), description="normal, rollback, recovery, break_glass.")


def default_mode(check: dict[str, Any]) -> Mode:
    """A check that judges changes at the gate is a guard; one that only watches on a schedule is a condition.

    Only watching means: it says how the world is by its kind, asks everybody with a role, or is advisory and scheduled.
    """
    if check.get("kind") in ALWAYS_CONDITIONS or getattr(check.get("with_"), "who", None) == "all-with-role":
        return Mode.CONDITION
    if check.get("schedule") and check.get("enforcement") is Enforcement.ADVISORY:
        return Mode.CONDITION
    return Mode.GUARD


class Check(Strict):
    """One rule that can be evaluated. The subclasses narrow `kind` and `with`, and have the defaults of their kind."""

    id: Id = Field(description="Its name in commands, pages and `relax`.")
    kind: str = Field(description="What is checked, and how.")
    title: str = Field("", max_length=200, description="The rule as a sentence for people.")
    was: Id | None = Field(None, description="Its earlier id, when it was renamed: history and proofs go on.")
    enforcement: Annotated[Enforcement, Field(strict=False)] = Field(
        Enforcement.SOFT, description="advisory warns; soft blocks unless waived; hard blocks whatever is waived or relaxed."
    )
    on_error: Literal["fail", "warn"] = Field("fail", description="What it means at the gate if nothing was found out.")
    fail_after: int = Field(1, ge=1, le=100, description="So many fails in a row turn its state to fail.")
    pass_after: int = Field(1, ge=1, le=100, description="So many passes in a row turn it back.")
    fresh_for: Length | None = Field(None, description="An older result is stale; left out, it never is.")
    schedule: Length | None = Field(None, description="How often it runs by itself; left out, only at a gate.")
    verify_for: Length = Field(timedelta(days=14), description="How long it must hold before its items are verified.")
    grace: Length = Field(timedelta(0), description="How long a condition may fail after its text or term changed.")
    runs_on: Annotated[RunsOn, Field(strict=False)] = Field(RunsOn.EITHER, description="cli, server or either.")
    applies_to: AppliesTo = Field(default=AppliesTo(), description="Which changes it is for; left out: all.")
    why: str = Field("", description="Why there is this rule.")
    fix: str = Field("", description="What to do when it fails.")
    proves: tuple[Proves, ...] = Field(
        (), description="Keys of the action items that it holds in force, each with words of the item: A2 Block merges."
    )
    proves_on: tuple[Annotated[str, Field(pattern=r"^[^/\s]+(/[^/\s]+)?$")], ...] = Field(
        (), description="DEPLOYMENT/STAGE where that counts; left out: everywhere that it applies."
    )
    timeout: Length = Field(timedelta(seconds=30), description="The most time that it may take, in all.")
    with_: Strict = Field(alias="with", description="The parameters of its kind.")
    mode: Annotated[Mode, Field(strict=False)] = Field(
        default_factory=default_mode, description="guard: in force while it judges changes; condition: while it is true."
    )

    def keys(self) -> tuple[str, ...]:
        """The keys of the items that it proves."""
        return tuple(key_of(entry) for entry in self.proves)


def key_of(entry: str) -> str:
    """`A1` of `A1 Admins read the policy`."""
    return entry.split(maxsplit=1)[0].rstrip(":–-")


def words_of(entry: str) -> str:
    """`Admins read the policy` of `A1 Admins read the policy`; empty where there is only a key."""
    match = PROVES.fullmatch(entry)
    return (match[2] or "") if match else ""


def _often(times: int, what: str) -> Any:
    return Field(times, ge=1, le=100, description=f"So many {what}.")


class Flapping(Check):
    """A kind that goes over a network: one bad answer says little."""

    fail_after: int = _often(3, "fails in a row turn its state to fail")
    pass_after: int = _often(2, "passes in a row turn it back")


OnServer = Literal[RunsOn.SERVER]
OnCli = Literal[RunsOn.CLI]


class HttpCheck(Flapping):
    kind: Literal["http"]
    with_: parameters.HttpParams = Field(alias="with")


class DeployedOnCheck(Check):
    kind: Literal["deployed_on"]
    with_: parameters.DeployedOnParams = Field(alias="with")


class AttestationCheck(Check):
    kind: Literal["attestation"]
    runs_on: OnServer = Field(RunsOn.SERVER, description="Always server.")
    with_: parameters.AttestationParams = Field(alias="with")


class AcknowledgedCheck(Check):
    kind: Literal["acknowledged"]
    grace: Length = Field(timedelta(days=7), description="How long it may fail after its text or term changed.")
    runs_on: OnServer = Field(RunsOn.SERVER, description="Always server.")
    with_: parameters.AcknowledgedParams = Field(alias="with")


class WindowCheck(Check):
    kind: Literal["window"]
    with_: parameters.WindowParams = Field(alias="with")


class TargetCheck(Check):
    kind: Literal["target"]
    runs_on: OnCli = Field(RunsOn.CLI, description="Always cli.")
    with_: parameters.TargetParams = Field(alias="with", default=parameters.TargetParams())


class BranchRulesCheck(Flapping):
    kind: Literal["branch_rules"]
    runs_on: OnServer = Field(RunsOn.SERVER, description="Always server.")
    with_: parameters.BranchRulesParams = Field(alias="with")


class CommitStatusCheck(Flapping):
    kind: Literal["commit_status"]
    runs_on: OnServer = Field(RunsOn.SERVER, description="Always server.")
    with_: parameters.CommitStatusParams = Field(alias="with")


class ActionItemsCheck(Check):
    kind: Literal["action_items"]
    runs_on: OnServer = Field(RunsOn.SERVER, description="Always server.")
    with_: parameters.ActionItemsParams = Field(alias="with", default=parameters.ActionItemsParams())


class NoOpenIncidentCheck(Check):
    kind: Literal["no_open_incident"]
    runs_on: OnServer = Field(RunsOn.SERVER, description="Always server.")
    with_: parameters.NoOpenIncidentParams = Field(alias="with", default=parameters.NoOpenIncidentParams())


class CommandCheck(Flapping):
    kind: Literal["command"]
    runs_on: OnCli = Field(RunsOn.CLI, description="Always cli: the server runs no programs.")
    with_: parameters.CommandParams = Field(alias="with")


class PushedCheck(Flapping):
    kind: Literal["pushed"]
    with_: parameters.PushedParams = Field(alias="with", default=parameters.PushedParams())


AnyCheck = Annotated[
    HttpCheck
    | DeployedOnCheck
    | AttestationCheck
    | AcknowledgedCheck
    | WindowCheck
    | TargetCheck
    | BranchRulesCheck
    | CommitStatusCheck
    | ActionItemsCheck
    | NoOpenIncidentCheck
    | CommandCheck
    | PushedCheck,
    Field(discriminator="kind"),
]
