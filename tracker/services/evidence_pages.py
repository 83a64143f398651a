"""An item's evidence as its page shows it: what stands, each proof with its questions and answers, what a person can do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.policy import EvidenceWord, Mode, Standing
from tracker.policy.evidence import Answer
from tracker.policy.wire import from_json
from tracker.services.lists import evidence_word
from tracker.store.models import ActionItem
from tracker.store.queries.evidence import shown_evidence

QUESTIONS = {
    "defined": "Defined",
    "required": "Required",
    "exercised": "Exercised",
    "last_bit": "Last refused",
    "true": "True now",
}
FORGE = "forge:"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofShown:
    """One proof. `answers` are (question in words, its answer), in the order in which they are read."""

    id: int
    check: str
    title: str
    place: str  # datahub/prod; of a forge's proof OWNER/NAME, branch
    address: str | None  # of its stage's page
    mode: Mode
    standing: Standing
    since: datetime | None
    because: str
    waived_until: datetime | None
    answers: Sequence[tuple[str, Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceShown:
    """`word` is claim and evidence together; None where nothing is known yet."""

    word: EvidenceWord | None
    standing: Standing
    since: datetime | None
    because: str
    verified_from: datetime | None
    broke_at: datetime | None
    broke_because: str
    broke_url: str | None
    told_at: datetime | None
    waived_until: datetime | None
    proofs: Sequence[ProofShown]

    @property
    def verified_on(self) -> date | None:
        """The day on which it will be verified, where that is only a matter of time."""
        waits = self.standing is Standing.HOLDING and self.word is not EvidenceWord.VERIFIED
        return self.verified_from.date() if waits and self.verified_from is not None else None


def of_item(session: Session, item: ActionItem, *, at: datetime, today: date) -> EvidenceShown | None:
    """What proves an item, found for somebody who may see it; None where nothing ever did. One statement."""
    rows = session.execute(shown_evidence(item.id)).all()
    if not rows:
        return None
    first = rows[0]
    return EvidenceShown(
        word=evidence_word(first, today),
        standing=first.standing,
        since=first.standing_since,
        because=first.because,
        verified_from=first.verified_from,
        broke_at=first.broke_at,
        broke_because=first.broke_because,
        broke_url=first.broke_url,
        told_at=first.told_at,
        waived_until=first.waived_until if first.waived_until is not None and first.waived_until > at else None,
        proofs=[_proof(row, at) for row in rows if row.proof_id is not None],
    )


def _proof(row: Any, at: datetime) -> ProofShown:
    forge = row.policy.startswith(FORGE)
    answers: Mapping[str, Any] = row.answers or {}
    known = [(words, from_json(Answer, answers[name])) for name, words in QUESTIONS.items() if name in answers]
    waived = row.proof_waived_until
    return ProofShown(
        id=row.proof_id,
        check=row.check,
        title=row.title,
        place=f"{row.policy.removeprefix(FORGE)}, {row.stage}" if forge else f"{row.deployment}/{row.stage}",
        address=None if forge else f"/policy/{row.deployment}/{row.stage}",
        mode=row.mode,
        standing=row.proof_standing or Standing.NONE,
        since=row.proof_since,
        because=row.proof_because or "",
        waived_until=waived if waived is not None and waived > at else None,
        answers=known,
    )
