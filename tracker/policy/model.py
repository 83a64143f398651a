"""A policy as its file states it: deployments, stages, windows, checks. The one source of parser, schema and documentation.

Names of fields are the keys of the file. Everything is immutable; lengths of time are `timedelta`, instants of windows are
naive wall clock in the policy's `timezone`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from tracker.domain.claims import Role
from tracker.domain.policy import ChangeType
from tracker.policy.checks import AnyCheck, AppliesTo, Check, key_of, words_of
from tracker.policy.durations import Length
from tracker.policy.parameters import Id, RoleName, Strict, Text
from tracker.policy.recurrence import check_rule

__all__ = ["AppliesTo", "Check", "Deployment", "Policy", "Stage", "Term", "Window", "key_of", "policy_from", "words_of"]

CLOCK = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt _][0-9]{2}:[0-9]{2}"


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone: use a name such as Europe/Oslo") from None
    return name


def _repo(address: str) -> str:
    """`github.com/owner/name`, however it was written: an address, with `.git`, or as ssh has it."""
    short = re.sub(r"^(?:[a-z+]+://)?(?:[^@/]+@)?", "", address.strip()).removesuffix("/").removesuffix(".git")
    host, _, path = short.replace(":", "/", 1).partition("/")
    return f"{host.lower()}/{path}" if path else short


Repo = Annotated[str, AfterValidator(_repo)]
Url = Annotated[str, Field(pattern=r"^https?://[^\s/?#]+")]
WallClock = Annotated[
    datetime, WithJsonSchema({"type": "string", "pattern": CLOCK, "examples": ["2018-01-16T08:00:00"]})
]  # not JSON Schema's date-time, which wants a zone
Ref = Annotated[str, Field(pattern=r"^refs/\S+$")]


class Term(Strict):
    """A period after which people acknowledge anew: a semester, a year."""

    id: Id = Field(description="Its name.")
    start: date = Field(description="Its first day.")
    end: date = Field(description="Its last day.")

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"the term ends on {self.end}, before it starts")
        return self

    def has(self, day: date) -> bool:
        return self.start <= day <= self.end


class Stage(Strict):
    """Where a deployment is deployed."""

    id: Id = Field(description="Its name: staging, prod.")
    refs: tuple[Ref, ...] = Field((), description="The refs that are deployed there, `*` for anything; left out: any.")
    url: Url | None = Field(None, description="Where it answers.")
    promotes_from: Id | None = Field(None, description="The stage that a change is on before it comes here.")
    protected: bool = Field(False, description="Closed unless a gate opens it, also when nobody could find out.")

    def takes(self, ref: str) -> bool:
        """Whether this ref is deployed there."""
        return not self.refs or any(fnmatchcase(ref, pattern) for pattern in self.refs)


class Deployment(Strict):
    """What is deployed: a hub, a service."""

    id: Id = Field(description="Its name, to be typed.")
    title: str = Field("", max_length=200, description="Its name for people.")
    aliases: tuple[Id, ...] = Field((), description="Other names that people use.")
    repo: Repo | None = Field(None, description="The repo that it is deployed from: github.com/OWNER/NAME.")
    paths: tuple[Text, ...] = Field(("**",), min_length=1, description="The files that are its own, as in .gitignore.")
    shared_paths: tuple[Text, ...] = Field((), description="Files that it shares with other deployments.")
    stages: tuple[Stage, ...] = Field(min_length=1, description="Where it is deployed, in the order of promotion.")

    def stage(self, stage_id: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.id == stage_id), None)


class Rule(Strict):
    """One time span, or one that comes again by an RFC 5545 rule. Wall clock, first minute in, last minute out."""

    start: WallClock = Field(description="When it first begins, by the clock on the wall.")
    duration: Length = Field(gt=timedelta(0), le=timedelta(days=366), description="How long it lasts, by that clock.")
    rrule: Text | None = Field(None, description="How it comes again: FREQ=WEEKLY;BYDAY=MO,TU (DAILY to YEARLY).")
    until: date | None = Field(None, description="The last day on which it begins.")

    @model_validator(mode="after")
    def _can_be_followed(self) -> Self:
        if self.start.tzinfo is not None or not 1990 <= self.start.year <= 2999:
            raise ValueError("start is a wall clock time in the policy's timezone: write it as 2018-01-16T08:00:00")
        if self.start.microsecond:
            raise ValueError("start has parts of a second: write it as 2018-01-16T08:00:00")
        if self.rrule is not None:
            check_rule(self.rrule)
        elif self.until is not None:
            raise ValueError("until needs an rrule: without one the span comes once")
        return self


class Window(Strict):
    """Times when changes may not be made (deny), or when alone they may (allow)."""

    reason: Text = Field(description="Why; people who are turned away read it.")
    effect: Literal["deny", "allow"] = Field("deny", description="deny: closed while it is active. allow: open only then.")
    rules: tuple[Rule, ...] = Field(min_length=1, description="When.")
    except_: tuple[date, ...] = Field((), alias="except", description="Days on which nothing of it begins.")


class Rollback(Strict):
    """What a change that goes back to content which ran there before must have, and may leave out."""

    needs: tuple[Literal["reason", "content_ran_on_stage"], ...] = Field(
        ("reason", "content_ran_on_stage"), description="What makes it a rollback."
    )
    relax: tuple[Id, ...] = Field((), description="Checks that do not block it; never a hard one.")


class Recovery(Strict):
    """What a change that ends an outage must have, and may leave out."""

    needs: tuple[Literal["reason", "open_incident"], ...] = Field(
        ("reason", "open_incident"), description="What makes it a recovery."
    )
    relax: tuple[Id, ...] = Field((), description="Checks that do not block it; never a hard one.")


class BreakGlass(Strict):
    """Who may override everything, once, with a reason."""

    roles: tuple[RoleName, ...] = Field((Role.ADMIN,), min_length=1, description="The roles that may.")
    reason_min: int = Field(20, ge=1, le=500, description="The fewest characters of a reason.")
    ttl: Length = Field(timedelta(minutes=30), gt=timedelta(0), le=timedelta(days=1), description="How long a code is good.")
    follow_up: Literal["action_item", "none"] = Field("action_item", description="What is made of each use.")
    follow_up_due: Length = Field(timedelta(days=3), description="When that is due.")
    second_person: bool = Field(False, description="Another person has to agree.")


class Policy(Strict):
    """One policy file."""

    apiVersion: Literal["policy/v1"] = Field(description="The version of this language.")
    name: Id = Field(description="Its name; it stays the same when the file moves.")
    title: str = Field("", max_length=200, description="Its name for people.")
    timezone: Annotated[str, AfterValidator(_zone)] = Field("UTC", description="The IANA zone of windows and terms.")
    document: Text | None = Field(None, description="The path of the prose that people acknowledge.")
    terms: tuple[Term, ...] = Field((), description="Periods after which they do it again.")
    deployments: tuple[Deployment, ...] = Field(min_length=1, description="What is deployed.")
    windows: dict[Id, Window] = Field(default_factory=dict, description="When changes may be made, by id.")
    checks: tuple[AnyCheck, ...] = Field((), description="The rules.")
    rollback: Rollback = Field(default=Rollback(), description="Going back.")
    recovery: Recovery = Field(default=Recovery(), description="Ending an outage.")
    break_glass: BreakGlass = Field(default=BreakGlass(), description="Overriding.")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def deployment(self, name: str) -> Deployment | None:
        """By its id, else by an alias in whatever case."""
        named = (one for one in self.deployments if one.id == name)
        known = (one for one in self.deployments if name.casefold() in {a.casefold() for a in (one.id, *one.aliases)})
        return next(named, None) or next(known, None)

    def stage(self, deployment: str, stage: str) -> Stage | None:
        found = self.deployment(deployment)
        return found.stage(stage) if found else None

    def check(self, check_id: str) -> Check | None:
        return next((check for check in self.checks if check.id == check_id), None)

    def term(self, day: date) -> Term | None:
        """The term that a day is in."""
        return next((term for term in self.terms if term.has(day)), None)

    def applicable(
        self,
        deployment_id: str,
        stage_id: str,
        *,
        ref: str | None = None,
        changed_paths: Sequence[str] | None = None,
        change_type: ChangeType = ChangeType.NORMAL,
    ) -> list[Check]:
        """The checks for such a change. A ref or paths that could not be found out fit every filter: no rule gets lost."""
        facts = (deployment_id, stage_id, ref, changed_paths, change_type)
        return [check for check in self.checks if applies(check.applies_to, *facts)]

    def places(self, check: Check) -> Iterator[tuple[Deployment, Stage]]:
        """The stages that a check is for, whatever the change."""
        for deployment in self.deployments:
            for stage in deployment.stages:
                if _fits(check.applies_to.deployments, deployment.id) and _fits(check.applies_to.stages, stage.id):
                    yield deployment, stage

    def places_proven(self, check: Check) -> Iterator[tuple[Deployment, Stage]]:
        """The stages where what it proves counts: `proves_on`, else wherever it applies."""
        for deployment, stage in self.places(check):
            if not check.proves_on or {deployment.id, f"{deployment.id}/{stage.id}"} & set(check.proves_on):
                yield deployment, stage


def applies(
    to: AppliesTo, deployment: str, stage: str, ref: str | None, paths: Sequence[str] | None, change_type: ChangeType
) -> bool:
    """AND across the keys, OR inside one, an empty one fits all."""
    if not (_fits(to.deployments, deployment) and _fits(to.stages, stage) and _fits(to.change_types, change_type)):
        return False
    if to.refs and ref is not None and not any(fnmatchcase(ref, pattern) for pattern in to.refs):
        return False
    if to.changed_paths and paths is not None:
        from tracker.policy.patterns import matcher  # takes 50 ms to import

        return any(map(matcher(to.changed_paths).match_file, paths))
    return True


def _fits(wanted: Sequence[Any], value: Any) -> bool:
    return not wanted or value in wanted


def policy_from(parsed: Mapping[str, Any]) -> Policy:
    """From JSON-like values. Raises pydantic's ValidationError; `tracker.policy.load` puts that into words with lines."""
    return Policy.model_validate_json(json.dumps(parsed))
