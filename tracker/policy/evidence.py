"""What stands behind an action item: its proofs, each folded (tracker.policy.proving), together (POLICY §2.6).

Claim and evidence are two axes. *Verified* and *regressed* are read off both and never stored as a claim.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tracker.domain.policy import Standing

LAPSES_AFTER = timedelta(days=14)  # so long the last answer stands, with its age, where nobody could find out


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One question about a proof: "yes", "no", "unknown", or "none" where there is nothing to tell; since when; where."""

    answer: str
    text: str = ""
    at: datetime | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A moment from which a proof did not hold.

    `cause` names what did it, alike for all proofs that it broke: a push of the policy, a content that reached a stage, a
    check whose state turned. The moment may move when a report comes late; it is the same break as long as it stays
    between `after` and `until` (None: no limit).
    """

    at: datetime
    cause: str
    because: str
    url: str | None = None
    after: datetime | None = None
    until: datetime | None = None

    def is_known_by(self, cause: str, at: datetime) -> bool:
        """Whether a break that was told of as `cause`, `at` that moment, is this one."""
        if cause != self.cause:
            return False
        return (self.after is None or at > self.after) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofFold:
    """`since` is when the standing began; `breaks` are oldest first, and `last` is the newest of them, healed or not."""

    standing: Standing
    since: datetime | None = None
    because: str = ""
    url: str | None = None
    verify_for: timedelta = timedelta(days=14)
    waived_until: datetime | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    breaks: tuple[Break, ...] = ()
    last: Break | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFold:
    """`verified_from`: from then on it is verified if it is done; None where a proof does not hold or nothing counts."""

    standing: Standing = Standing.NONE
    since: datetime | None = None
    because: str = ""
    verified_from: datetime | None = None
    waived_until: datetime | None = None
    breaks: tuple[Break, ...] = ()
    last: Break | None = None


def item(proofs: Sequence[ProofFold], ended: Sequence[ProofFold] = ()) -> ItemFold:
    """The item's evidence: broken before lapsed before holding before none. A waived proof counts only where all are.

    `ended` are proofs that were taken away; they say no more how it stands, but what broke under them did break.
    """
    counted = [one for one in proofs if one.waived_until is None]
    shown = counted or list(proofs)
    standing = next((each for each in WORST_FIRST if any(one.standing is each for one in shown)), Standing.NONE)
    those = [one for one in shown if one.standing is standing]
    moments = [one.since for one in those if one.since is not None]
    breaks = together([one for proof in (*proofs, *ended) for one in proof.breaks])
    last = max((one.last for one in (*proofs, *ended) if one.last), key=lambda one: one.at, default=None)
    waived = [one.waived_until for one in proofs if one.waived_until is not None]
    return ItemFold(
        standing=standing,
        since=(max if standing is Standing.HOLDING else min)(moments) if moments else None,
        because="; ".join(dict.fromkeys(one.because for one in those if one.because)),
        verified_from=_verified_from(counted),
        waived_until=max(waived) if waived and not counted else None,
        breaks=breaks,
        last=next((one for one in breaks if last and (one.cause, one.at) == (last.cause, last.at)), last),
    )


WORST_FIRST = (Standing.BROKEN, Standing.LAPSED, Standing.HOLDING, Standing.NONE)


def together(breaks: Sequence[Break]) -> tuple[Break, ...]:
    """What broke several proofs by one cause at one moment is one break; oldest first."""
    found: dict[tuple[datetime, str], Break] = {}
    for one in sorted(breaks, key=lambda one: (one.at, one.cause, one.because)):
        first = found.setdefault((one.at, one.cause), one)
        if one.because not in first.because.split("; "):
            found[one.at, one.cause] = Break(
                at=first.at, cause=first.cause, because=f"{first.because}; {one.because}", url=first.url or one.url,
                after=first.after, until=first.until,
            )  # fmt: skip
    return tuple(found.values())


def _verified_from(counted: Sequence[ProofFold]) -> datetime | None:
    """When every proof that counts has held for its `verify_for`."""
    moments = [one.since + one.verify_for for one in counted if one.standing is Standing.HOLDING and one.since is not None]
    return max(moments) if counted and len(moments) == len(counted) else None
