"""`attestation`: enough people say, of exactly this content and lately, that they tried it."""

from typing import TYPE_CHECKING

from tracker.policy.kinds.context import Context, CouldNotFindOut, failed, passed
from tracker.policy.kinds.people import is_author, same_person
from tracker.policy.values import Attested, Human, Observation

if TYPE_CHECKING:
    from tracker.policy.parameters import AttestationParams


def run(ctx: Context, params: "AttestationParams") -> Observation:
    facts, change = ctx.given_facts(), ctx.given_change()
    content = change.content_id
    if content is None:
        raise CouldNotFindOut("; ".join(change.problems) or "Which content this is could not be found out.")
    said = [one for one in facts.attested if one.check == ctx.check.id and one.content_id == content]
    counted: list[Attested] = []
    not_counted: list[str] = []
    for one in said:
        if one.at > ctx.now or ctx.now - one.at > params.max_age:
            not_counted.append(f"{one.by.name}'s word is older than is allowed")
        elif one.by.role not in {str(role) for role in params.by_roles}:
            not_counted.append(f"{one.by.name} has not the role that it takes")
        elif params.not_author and is_author(one.by, change):
            not_counted.append(f"{one.by.name} is the author of the change")
        elif not _has(counted, one.by):
            counted.append(one)
    people = [{"by": one.by.name, "at": one.at.isoformat()} for one in counted]
    evidence = {"content_id": content, "statement": params.statement, "attested": people, "not_counted": not_counted}
    if len(counted) >= params.count:
        names = ", ".join(one.by.name for one in counted)
        return passed(f"{names} attested content {content[:8]}: “{params.statement}”", **evidence)
    missing = "nobody has" if not counted else f"only {len(counted)} of {params.count} people have"
    why = f" ({'; '.join(not_counted)})" if not_counted else ""
    return failed(f"{missing} attested content {content[:8]}: “{params.statement}”{why}", **evidence)


def _has(counted: list[Attested], person: Human) -> bool:
    return any(same_person(one.by, person) for one in counted)
