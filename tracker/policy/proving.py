"""One proof folded over what was kept: whether a guard stands, or a condition holds, and when it did not (POLICY §2.6).

A guard holds while the block stands, whatever the thing does that it watches: the check is in the policy in force, a change
cannot go round it, and every change that reached the stage was judged by it. A refusal is its best evidence. A condition
holds while its state is pass. What happens while a proof is waived changes nothing; what still is wrong when the waiver
ends counts from then on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from tracker.domain.policy import Mode, Standing, State, Verdict
from tracker.policy.coverage import Passage, Run, Span
from tracker.policy.definitions import Definition
from tracker.policy.evidence import LAPSES_AFTER, Break, ProofFold
from tracker.policy.proof_facts import Carried, ProofFacts
from tracker.policy.proving_words import (
    answers,
    gated_words,
    holds_words,
    not_known,
    past_words,
    refused_words,
    unknown_words,
)
from tracker.policy.states import Turn

BY_ITSELF = ("hook", "exec")  # a run of these phases stands in the way itself: there is no going on without its yes


def fold(
    facts: ProofFacts, *, now: datetime, carried: Carried | None = None, carry_at: datetime | None = None
) -> tuple[ProofFold, Carried]:
    """The proof as it stands `now`, and the fold as of `carry_at` to go on from. With `carried` only newer facts count."""
    walk = _Walk(facts, replace(carried) if carried is not None else Carried(), now)
    start, kept = walk.at.at, None
    carry_at = max(start, carry_at) if start is not None and carry_at is not None else carry_at
    for moment in walk.moments():
        if moment[0] > now or (start is not None and moment[0] <= start):
            continue
        if carry_at is not None and kept is None and moment[0] > carry_at:
            kept = replace(walk.at, at=carry_at)
        walk.take(moment)
    return walk.folded(), kept or replace(walk.at, at=carry_at)


Moment = tuple[datetime, int, int, object]


class _Walk:
    """Goes through what happened in its order; `at` is where it stands."""

    def __init__(self, facts: ProofFacts, at: Carried, now: datetime) -> None:
        self.facts, self.at, self.now = facts, at, now
        self.breaks: list[Break] = []
        self.waived = _merged(facts.waived)
        self.guard = facts.mode is Mode.GUARD
        self.stays = _neighbours(facts.passages, at.at)

    def moments(self) -> list[Moment]:
        """In their order; of one moment what the policy says comes before what is judged by it."""
        facts = self.facts
        found: list[Moment] = [(one.at, 0, one.push, one) for one in facts.definitions]
        found += [(one.at, 1, one.id, one) for one in (facts.watched.turns if facts.watched else ())]
        found += [(facts.since, 2, 0, facts.since)]
        found += [(span.end, 2, 1, span.end) for span in self.waived]
        found += [(one.change.at, 3, n, one) for n, one in enumerate(facts.passages)]
        found += [(one.at, 4, one.id, one) for one in facts.runs if one.verdict is Verdict.DENY]
        return sorted(found, key=lambda moment: moment[:3])

    def take(self, moment: Moment) -> None:
        at, _, _, what = moment
        if self.facts.until is not None and at >= self.facts.until:
            return
        if isinstance(what, Definition):
            self._defined(what)
        elif isinstance(what, Turn):
            self._turned(what)
        elif isinstance(what, Passage):
            self._reached(what)
        elif isinstance(what, Run):
            self._refused(what)
        else:
            self._counts_from(at)

    def _is_waived(self, at: datetime) -> bool:
        return any(span.has(at) for span in self.waived)

    def _defined(self, one: Definition) -> None:
        stood = self.at.defined is not None and self.at.defined.stands
        self.at.defined = one
        if one.stands:
            self.at.stood = True
            self.at.defined_since = self.at.defined_since if stood else one.at
            # A condition that came back holds again where it is true; a guard has to judge a change first.
            if not stood and not self.guard and self.at.state is State.PASS and not self._is_waived(one.at):
                self._holds(one.at)
        elif stood:
            self._break(one.at, f"push {one.push}", one.why)

    def _turned(self, turn: Turn) -> None:
        self.at.state = turn.state
        if turn.state is State.PASS:
            self.at.turned = turn.at
            if not self.guard and not self._is_waived(turn.at) and self._stands():
                self._holds(turn.at)
        elif turn.state is State.FAIL:
            self._fails(turn.at, turn.id)

    def _fails(self, at: datetime, observation: int | None, again: str = "") -> None:
        watched = self.facts.watched
        assert watched is not None
        text, url = watched.texts.get(observation, watched.latest) if observation is not None else watched.latest
        back = next((one.at for one in watched.turns if one.state is State.PASS and one.at > at), None)
        after = self.at.turned if not again else None
        because = f"{watched.name}: {text}" if text else f"{watched.name} fails"
        self._break(at, f"turned {watched.name}{again}", because, url=url, after=after, until=back)

    def _counts_from(self, at: datetime) -> None:
        """The proof begins, or a waiver ends: what is wrong by then is wrong from now on."""
        if at < self.facts.since or self._is_waived(at):
            return
        began = not self.at.counts
        self.at.counts = True
        again = "" if began else f" {at.isoformat()}"
        if self.at.defined is not None and not self.at.defined.stands and self.at.stood and not began:
            self._break(at, f"push {self.at.defined.push}{again}", self.at.defined.why)
        if self.at.state is State.FAIL and self.facts.watched is not None:
            self._fails(at, None, again)
        elif not self.guard and self.at.state is State.PASS and self.at.holds_since is None and self._stands():
            self._holds(at)

    def _reached(self, passage: Passage) -> None:
        change, definition = passage.change, self.at.defined
        if definition is None or not definition.stands or self._is_waived(change.at):
            return
        judged = [run for run in passage.let_through if run.was_judged_by(self.facts.check)]
        if judged or (change.confirmed and passage.in_gap):
            self._gated(passage, judged)
        elif passage.in_gap:
            self.at.unknown = unknown_words(passage)
        elif not passage.repeats and not self._may_go_unjudged(passage, definition):
            self._past(passage)

    def _may_go_unjudged(self, passage: Passage, definition: Definition) -> bool:
        """The gate let it through, and the check was not for that change, skipped it, or was not in the policy yet then."""
        since = self.at.defined_since
        early = any(since is not None and run.at < since for run in passage.let_through)
        skipped = any(self.facts.check in run.said for run in passage.let_through)
        return early or skipped or (bool(passage.let_through) and not definition.judges_all)

    def _gated(self, passage: Passage, judged: Sequence[Run]) -> None:
        self.at.gated = gated_words(passage, judged)
        if self.at.state is State.FAIL:
            return  # what nobody requires did not stand, even where somebody went through it
        if self.at.holds_since is None or self.at.broken is not None:
            self._holds(passage.change.at)
        if judged:  # else a person's word stands for it
            self.at.judged += 1
            by_itself = any(run.phase in BY_ITSELF for run in judged)
            self.at.by_itself = by_itself and (self.at.by_itself or self.at.judged == 1)

    def _past(self, passage: Passage) -> None:
        change = passage.change
        after, until = self.stays[change.id]
        url = change.url or next((run.url for run in passage.turned_away if run.url), None)
        because = past_words(passage, self.facts.place, self.facts.name)
        self._break(change.at, f"past {self.facts.place} {change.content}", because, url=url, after=after, until=until)

    def _refused(self, run: Run) -> None:
        said = self.facts.check in run.said and run.said[self.facts.check].blocking
        if not said or not self.guard or not self._stands() or self._is_waived(run.at):
            return
        self.at.refused = refused_words(run, run.said[self.facts.check].summary)
        if self.at.holds_since is None and self.at.broken is None and self.at.state is not State.FAIL:
            self._holds(run.at)
            self.at.by_itself = run.phase in BY_ITSELF

    def _stands(self) -> bool:
        return self.at.defined is not None and self.at.defined.stands

    def _holds(self, at: datetime) -> None:
        self.at.holds_since, self.at.broken, self.at.judged, self.at.by_itself = at, None, 0, False

    def _break(
        self,
        at: datetime,
        cause: str,
        because: str,
        *,
        url: str | None = None,
        after: datetime | None = None,
        until: datetime | None = None,
    ) -> None:
        """It breaks, unless it is waived; before the proof began it merely does not hold."""
        if self._is_waived(at):
            return
        self.at.holds_since, self.at.judged, self.at.by_itself = None, 0, False
        if at < self.facts.since:
            return
        broken = Break(at=at, cause=cause, because=because, url=url, after=after, until=until)
        self.at.broken = self.at.last = broken
        self.breaks.append(broken)

    def folded(self) -> ProofFold:
        standing, since, because, url = self._standing()
        return ProofFold(
            standing=standing,
            since=since,
            because=because,
            url=url,
            verify_for=self.facts.verify_for,
            waived_until=next((span.end for span in self.waived if span.has(self.now)), None),
            answers=answers(self.facts, self.at),
            breaks=tuple(self.breaks),
            last=self.at.last,
        )

    def _standing(self) -> tuple[Standing, datetime | None, str, str | None]:
        at, facts = self.at, self.facts
        if at.broken is not None:
            return Standing.BROKEN, at.broken.at, at.broken.because, at.broken.url
        if (lapsed := self._lapsed()) is not None:
            return Standing.LAPSED, lapsed, f"nobody could find out for 14 days what {self.watched_name} says", None
        if why := not_known(facts, at):
            return Standing.NONE, None, why, None
        return Standing.HOLDING, at.holds_since, holds_words(facts, at), None

    def _lapsed(self) -> datetime | None:
        """Since when it is too long that nobody could find out; None where it is not."""
        standing = self.facts.watched.standing if self.facts.watched is not None else None
        starts = [standing.fresh_until, standing.errors_since] if standing is not None else []
        ends = [start + LAPSES_AFTER for start in starts if start is not None and self.now > start + LAPSES_AFTER]
        return min(ends, default=None)

    @property
    def watched_name(self) -> str:
        return self.facts.watched.name if self.facts.watched is not None else self.facts.name


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Spans that touch are one, so that nothing ends where the next one begins."""
    merged: list[Span] = []
    for span in sorted((one for one in spans if one.start < one.end), key=lambda one: one.start):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(start=merged[-1].start, end=max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _neighbours(passages: Sequence[Passage], begun: datetime | None) -> dict[str, tuple[datetime | None, datetime | None]]:
    """By a change's id: when something else reached the stage before and after it; `begun` where it is the first known."""
    found: dict[str, tuple[datetime | None, datetime | None]] = {}
    after, start = begun, 0
    for n, passage in enumerate(passages):
        last = n + 1 == len(passages)
        if last or passages[n + 1].change.content != passage.change.content:
            until = None if last else passages[n + 1].change.at
            found |= {one.change.id: (after, until) for one in passages[start : n + 1]}
            after, start = passage.change.at, n + 1
    return found
