"""What only a person can decide, and what their answer does. Nothing changes until then."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Claim, Role, Visibility
from tracker.domain.errors import Conflict, Invalid
from tracker.postmortem.merge import merge
from tracker.services import documents
from tracker.services.decisions import change, decided, knows
from tracker.services.events import new_batch, record
from tracker.services.found import SourceRef
from tracker.services.item_values import owners_of, values_of
from tracker.services.new_items import Act
from tracker.services.not_items import join_in
from tracker.services.places import UPLOADS, Places
from tracker.services.revisions import head_of, revision_bytes
from tracker.services.statements import STATED_IN_DOCUMENT, take
from tracker.services.writing_back import claim_edit, field_edit, write_back
from tracker.store.keys import lock_documents
from tracker.store.models import ActionItem, Blob, Incident, IncidentReader, Mention, Person, Question, Revision, Source
from tracker.store.visibility import visible_to


def waiting(person: Person | None) -> sa.Select[Question]:
    """The questions that wait for an answer about incidents that `person` may see, oldest first."""
    seen = sa.select(Incident.id).where(visible_to(person))
    may: list[sa.ColumnElement[bool]] = [Question.incident_id.in_(seen)]
    if person is not None and person.role.includes(Role.EDITOR):
        may.append(Question.incident_id.is_(None))
    return sa.select(Question).where(Question.answered_at.is_(None), sa.or_(*may)).order_by(Question.id)


def merges_waiting(session: Session) -> dict[tuple[int, str], int]:
    """Texts that could not be merged, of whose two nobody has chosen one yet: (incident, sha of theirs) and the question."""
    rows = session.execute(
        sa.select(Revision.incident_id, Revision.sha, Question.id)
        .join(Question, Question.revision_id == Revision.id)
        .where(Question.kind == "merge", Question.answered_at.is_(None))
        .order_by(Question.id.desc())  # of two about one text the older one is named
    )
    return {(incident_id, sha): number for incident_id, sha, number in rows}


def answer(session: Session, question: Question, answer: str, *, by: Person | None, at: datetime) -> str:
    """Do what the answer says, and close the question; returns the batch id.

    Answers by kind: merge: "ours", "theirs", or the whole text as it shall be; value: "ours", "theirs"; same_item and
    vanished: "same", "different"; similar_file: "same", "new". Raises `Conflict` if somebody has answered it meanwhile,
    `Invalid` for another answer.
    """
    lock_documents(session)
    session.refresh(question)
    if question.answered_at is not None:
        raise Conflict("Somebody has answered this already; reload the page.")
    act = Act(by, at, new_batch())
    said = _ANSWERS[question.kind](session, question, answer, act)
    question.answered_at, question.answer = at, said
    question.by_id = by.id if by is not None else None
    record(
        session,
        "answered",
        by=by,
        at=at,
        batch=act.batch,
        incident_id=question.incident_id,
        item_id=question.action_item_id,
        new={"question": question.id, "kind": question.kind, "answer": said},
    )
    session.flush()
    return act.batch


def _one_of(answer: str, *allowed: str) -> str:
    if answer not in allowed:
        raise Invalid(f"Answer with one of these: {', '.join(allowed)}.", "answer")
    return answer


def _merge(session: Session, question: Question, answer: str, act: Act) -> str:
    """What does not clash is taken from both in any case; where they clash the answer decides."""
    assert question.incident_id is not None and question.revision_id is not None
    incident = session.get_one(Incident, question.incident_id)
    head_id, ours = head_of(session, incident.id)
    theirs = revision_bytes(session, question.revision_id)
    base = revision_bytes(session, question.detail["base"])
    if answer == "ours":
        text = merge(base, ours, theirs).text
    elif answer == "theirs":
        text = merge(base, theirs, ours).text
    else:
        made_from = revision_bytes(session, question.detail["ours"])
        text = merge(made_from, answer.encode(), ours).text  # whatever was saved since the question was asked stays, too
    message = {"ours": "Merge, ours where they clash", "theirs": "Merge, theirs where they clash"}.get(answer, "Merge")
    documents.settle_merge(
        session, incident, head_id, text, question.revision_id, by=act.by, at=act.at, message=message, batch=act.batch
    )
    return answer if answer in ("ours", "theirs") else "text"


def _value(session: Session, question: Question, answer: str, act: Act) -> str:
    """Ours stays and goes into the document where it may; theirs becomes the item's."""
    _one_of(answer, "ours", "theirs")
    assert question.action_item_id is not None
    item = session.get_one(ActionItem, question.action_item_id)
    mention = session.get(Mention, question.detail["mention"])
    name = question.detail["field"]
    values = values_of(item, owners_of(session, [item.id])[item.id])
    if answer == "theirs":
        changes: dict[str, Any] = {name: question.detail["theirs"]}
        if name == "claim":
            stated = mention.stated if mention else {}
            wont_do = changes["claim"] == Claim.WONT_DO.value
            reason = stated.get("reason", STATED_IN_DOCUMENT) if wont_do else None
            changes |= {"reason": reason, "closed_on": stated.get("closed_on")}
        old = change(session, item, changes, values["owners"])
        if mention:
            knows(**{name: changes[name]})(mention)
        decided(session, act, item, old, changes, "as the document states")
    elif mention:
        knows(**{name: values[name]})(mention)
        _write_ours(session, item, name, values, act)
    return answer


def _write_ours(session: Session, item: ActionItem, name: str, values: dict[str, Any], act: Act) -> None:
    if name == "claim":
        edited = claim_edit(item.claim, day=item.closed_on, reason=item.reason)
    else:
        edited = field_edit(session, name, values[name])
    write_back(session, [item], {name: edited}, act, lambda _: f"{item.key}: as decided here")


def _same(session: Session, question: Question, answer: str, act: Act) -> str:
    """The newcomer's mention becomes the known item's, and what it states is taken over as a change of its statement."""
    _one_of(answer, "same", "different")
    newcomer = session.get(ActionItem, question.action_item_id)
    known = session.scalar(sa.select(ActionItem).where(ActionItem.key == question.detail["known"]))
    while known is not None and known.joined_to is not None:
        known = session.get(ActionItem, known.joined_to)
    if answer == "different" or newcomer is None or known is None or newcomer.joined_to is not None or newcomer is known:
        return answer
    before = session.get(Mention, question.detail["mention"])
    mentions = join_in(session, newcomer, known, act)
    for mention in mentions if before else []:
        owners = owners_of(session, [known.id])[known.id]
        taken = take(values_of(known, owners), before.stated, before.known, mention.stated, day=None)  # type: ignore[union-attr]
        mention.known = taken.known
        if taken.changes:
            decided(
                session, act, known, change(session, known, taken.changes, owners), taken.changes, "as its document states"
            )
    return answer


def _similar_file(session: Session, question: Question, answer: str, act: Act) -> str:
    """The file is that incident's newer text, or a new incident; either way it has its place from now on."""
    _one_of(answer, "same", "new")
    assert question.sha is not None and question.incident_id is not None
    detail = question.detail
    data = session.scalars(sa.select(Blob.bytes).where(Blob.sha == question.sha)).one()
    said: dict[str, Any] = {"by": act.by, "at": act.at, "message": "Import", "via": "import", "batch": act.batch}
    incident = session.get_one(Incident, question.incident_id)
    if answer == "same":
        base = detail.get("base") or head_of(session, incident.id)[0]  # what was edited here since stays
        documents.save(session, incident, base, data, **said)
    else:
        visibility = Visibility(detail.get("visibility", Visibility.INTERNAL))
        incident = documents.create(session, data, detail["path"], visibility=visibility, **said).incident
        if visibility is Visibility.RESTRICTED and act.by is not None:
            session.add(IncidentReader(incident_id=incident.id, person_id=act.by.id))
    _stand(session, incident, question.sha, detail)
    return answer


def _stand(session: Session, incident: Incident, sha: str, detail: dict[str, Any]) -> None:
    """Give the incident the file's place, moved from where the same source had it before."""
    places = Places(session)
    source = session.get(Source, detail["source_id"]) if detail.get("source_id") else None
    if source is None:
        ref = SourceRef(detail["kind"], detail["location"], Path()) if "location" in detail else None
        source = next((one for one in places.sources if one.location == (ref.location if ref else UPLOADS)), None)
        source = source or places.make(ref)
    there = places.at(source, detail["path"])
    gone = next((row for row in places.of(source) if row.place.incident_id == incident.id and not row.place.present), None)
    if there is None and gone is not None:
        places.move(gone, detail["path"])
        there = gone
    if there is None:
        places.add(source, detail["path"], incident.id, incident.slug, sha)
    else:
        there.place.incident_id, there.place.base_sha, there.place.present = incident.id, sha, True


_ANSWERS: dict[str, Callable[[Session, Question, str, Act], str]] = {
    "merge": _merge,
    "value": _value,
    "same_item": _same,
    "vanished": _same,
    "similar_file": _similar_file,
}
