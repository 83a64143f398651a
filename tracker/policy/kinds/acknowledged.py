"""`acknowledged`: people have read the text of a document as it stands now, in this term or lately."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from tracker.policy.kinds.context import Context, CouldNotFindOut, failed, passed, skipped
from tracker.policy.kinds.people import actor_of, same_person
from tracker.policy.values import Acknowledged, Human, Observation, Text

if TYPE_CHECKING:
    from tracker.policy.model import Term
    from tracker.policy.parameters import AcknowledgedParams


def run(ctx: Context, params: "AcknowledgedParams") -> Observation:
    """Judge the actor, or everybody with a role.

    Outside of all terms nobody is asked. For `grace` after the text changed or a term began, who has not read it yet is not
    held against them; an actor who never acknowledged this document before has no such time.
    """
    text = ctx.given_facts().texts.get(params.document)
    if text is None:
        raise CouldNotFindOut(f"The text of {params.document} is not known here: `tracker policy push` sends it.")
    term = ctx.policy.term(ctx.now.astimezone(ctx.policy.zone).date()) if params.every == "term" else None
    if params.every == "term" and ctx.policy.terms and term is None:
        return skipped("no term is running, so nobody is asked to read it", document=params.document)
    if params.who == "actor":
        return _actor(ctx, params, text, term)
    return _everybody(ctx, params, text, term)


def _actor(ctx: Context, params: "AcknowledgedParams", text: Text, term: "Term | None") -> Observation:
    change, facts = ctx.given_change(), ctx.given_facts()
    evidence = {"document": params.document, "sha256": text.sha256, "term": term.id if term else None, "actor": change.actor}
    person = actor_of(change, facts.people)
    if person is None:
        if not change.actor:
            return failed(f"nobody said who deploys, so nobody has acknowledged {params.document} (--actor)", **evidence)
        unknown = f"nobody here is known as {change.actor}, who has acknowledged nothing ({params.document})"
        return failed(f"{unknown}; an admin says who that is: tracker user logins", **evidence)
    if _has_read(ctx, params, text, term, person):
        return passed(f"{person.name} has acknowledged {params.document}{_in(term)}", **evidence)
    if ctx.phase == "check" and change.pull_request:
        return skipped(f"{person.name} has not acknowledged {params.document}{_in(term)}; judged at the deploy", **evidence)
    before = any(one.document == params.document and same_person(one.by, person) for one in facts.acknowledged)
    until = _grace_ends(ctx, text, term)
    if before and until is not None and ctx.now < until:
        return skipped(f"{person.name} has until {_day(ctx, until)} to acknowledge {params.document}", **evidence)
    return failed(f"{person.name} has not acknowledged the current {params.document}{_in(term)}", **evidence)


def _everybody(ctx: Context, params: "AcknowledgedParams", text: Text, term: "Term | None") -> Observation:
    people = [one for one in ctx.given_facts().people if one.role == str(params.role)]
    missing = [one.name for one in people if not _has_read(ctx, params, text, term, one)]
    evidence: dict[str, Any] = {"document": params.document, "sha256": text.sha256, "term": term.id if term else None}
    evidence |= {"missing": missing, "people": len(people)}
    if not people:
        return failed(f"nobody has the role {params.role}, so nobody has acknowledged {params.document}", **evidence)
    if not missing:
        return passed(
            f"all {len(people)} with the role {params.role} have acknowledged {params.document}{_in(term)}", **evidence
        )
    until = _grace_ends(ctx, text, term)
    names = ", ".join(missing[:8]) + (f" and {len(missing) - 8} more" if len(missing) > 8 else "")
    if until is not None and ctx.now < until:
        evidence["until"] = until.isoformat()
        return skipped(f"until {_day(ctx, until)} these may still read {params.document}: {names}", **evidence)
    return failed(f"not acknowledged {params.document}{_in(term)}: {names}", **evidence)


def _has_read(ctx: Context, params: "AcknowledgedParams", text: Text, term: "Term | None", person: Human) -> bool:
    return any(
        _counts(ctx, params, text, term, one) and same_person(one.by, person) for one in ctx.given_facts().acknowledged
    )


def _counts(ctx: Context, params: "AcknowledgedParams", text: Text, term: "Term | None", one: Acknowledged) -> bool:
    if one.document != params.document or one.sha256 != text.sha256 or one.at > ctx.now:
        return False
    if isinstance(params.every, timedelta):
        return ctx.now - one.at <= params.every
    return term is None or one.term == term.id or (one.term is None and term.has(one.at.astimezone(ctx.policy.zone).date()))


def _grace_ends(ctx: Context, text: Text, term: "Term | None") -> datetime | None:
    """The end of the time to read it: from the later of the text's change and the term's first day."""
    starts = [text.since] if text.earlier else []
    if term is not None:
        starts.append(datetime.combine(term.start, time(), ctx.policy.zone))
    return max(starts) + ctx.check.grace if starts else None


def _in(term: "Term | None") -> str:
    return f" in {term.id}" if term else ""


def _day(ctx: Context, at: datetime) -> str:
    return f"{at.astimezone(ctx.policy.zone):%Y-%m-%d %H:%M %Z}"
