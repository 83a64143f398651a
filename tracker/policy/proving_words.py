"""What is said of a proof: its questions with their answers, and why it broke. One line each; dates stand beside them.

Subjects and authors come from commits, so they are hostile: one line, printable, cut. Pages escape them.
"""

from collections.abc import Sequence

from tracker.domain.policy import Mode, State, Verdict
from tracker.policy.coverage import Passage, Run
from tracker.policy.evidence import Answer
from tracker.policy.proof_facts import Carried, ProofFacts

LONGEST = 80  # characters of somebody else's text


def plain(text: str, most: int = LONGEST) -> str:
    """One line of printable characters, cut."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def change_words(passage: Passage) -> str:
    """“Raise the limit” (3f2a91b0, Ada)."""
    change = passage.change
    facts = ", ".join(filter(None, ((change.commit or "")[:8], plain(change.author, 40))))
    subject = f"“{plain(change.subject)}”" if change.subject.strip() else "a change"
    return f"{subject} ({facts})" if facts else subject


def past_words(passage: Passage, place: str, name: str) -> str:
    reached = f"{change_words(passage)} reached {place}"
    if passage.let_through:
        return f"{reached} without being judged by {name}"
    verdict = passage.turned_away[-1].verdict if passage.turned_away else None
    if verdict is Verdict.DENY:
        return f"{reached} past the gate, which had refused it"
    return f"{reached} past the gate{', which had not decided' if passage.turned_away else ': nobody asked it'}"


def gated_words(passage: Passage, judged: Sequence[Run]) -> Answer:
    run = judged[-1] if judged else None
    overridden = " (overridden)" if run is not None and run.verdict is Verdict.OVERRIDDEN else ""
    by = "judged" if run is not None else "confirmed by a person"
    return Answer(
        answer="yes",
        text=f"{change_words(passage)} was {by}{overridden}",
        at=passage.change.at,
        url=(run.url if run is not None else None) or passage.change.url,
    )


def unknown_words(passage: Passage) -> Answer:
    text = f"{change_words(passage)} came while this server was away: nobody knows, until a person confirms it"
    return Answer(answer="unknown", text=text, at=passage.change.at, url=passage.change.url)


def refused_words(run: Run, summary: str) -> Answer:
    subject = f"“{plain(run.subject)}”" if run.subject.strip() else "a change"
    return Answer(answer="yes", text=f"{subject}: {plain(summary, 160)}", at=run.at, url=run.url)


def holds_words(facts: ProofFacts, at: Carried) -> str:
    if facts.mode is Mode.CONDITION:
        return f"{facts.name}: {_latest(facts)}" if _latest(facts) else f"{facts.name} holds"
    times = "judged every change" if at.judged else "refused a change, and let none past"
    return f"{facts.name} {times}"


def not_known(facts: ProofFacts, at: Carried) -> str:
    """Why it neither holds nor is broken; empty where it holds."""
    if (at.defined is None or not at.defined.stands) and at.holds_since is None:  # else it went while it was waived
        return f"{facts.name} does not stand in the policy in force"
    if facts.mode is Mode.CONDITION:
        return "" if at.holds_since is not None else f"{facts.name} has not been answered yet"
    if not facts.reported:
        return f"nobody reports what reaches {facts.place}"
    if at.holds_since is None:
        return f"{facts.name} has not judged a change on its way to {facts.place} yet"
    if at.state is not State.PASS and not at.by_itself:
        return f"nobody can tell whether {facts.name} is required on the way to {facts.place}"
    return ""


def answers(facts: ProofFacts, at: Carried) -> dict[str, Answer]:
    """The questions of its mode, in the order in which they are read."""
    if facts.mode is Mode.CONDITION:
        return {"defined": _defined(at), "true": _true(facts, at)}
    last_bit = at.refused or Answer(answer="none", text="it has not refused a change yet")
    return {
        "defined": _defined(at),
        "required": _required(facts, at),
        "exercised": _exercised(facts, at),
        "last_bit": last_bit,
    }


def _defined(at: Carried) -> Answer:
    if at.defined is None:
        return Answer(answer="no", text="it was never in the policy in force")
    if not at.defined.stands:
        return Answer(answer="no", text=at.defined.why, at=at.defined.at)
    return Answer(answer="yes", text=f"in the policy in force, {at.defined.enforcement}", at=at.defined_since)


def _true(facts: ProofFacts, at: Carried) -> Answer:
    answer = {State.PASS: "yes", State.FAIL: "no", State.UNKNOWN: "unknown"}[at.state]
    standing = facts.watched.standing if facts.watched else None
    url = facts.watched.latest[1] if facts.watched else None
    text = _latest(facts) or "it has not been answered yet"
    return Answer(answer=answer, text=text, at=standing.since if standing else None, url=url)


def _required(facts: ProofFacts, at: Carried) -> Answer:
    if at.state is not State.UNKNOWN and facts.watched is not None:
        text, url = facts.watched.latest
        answer = "yes" if at.state is State.PASS else "no"
        return Answer(answer=answer, text=text or facts.watched.name, at=facts.watched.standing.since, url=url)
    if at.by_itself:
        return Answer(answer="yes", text="the gate stands in the way itself: each change came through its hook or its exec")
    return Answer(answer="unknown", text="no check says that the forge requires it")


def _exercised(facts: ProofFacts, at: Carried) -> Answer:
    if at.unknown is not None and (at.gated is None or _is_later(at.unknown, at.gated)):
        return at.unknown
    if not facts.reported:
        return Answer(answer="unknown", text=f"nobody reports what reaches {facts.place}: `tracker gate history` does")
    if at.broken is not None and at.broken.cause.startswith("past "):
        return Answer(answer="no", text=at.broken.because, at=at.broken.at, url=at.broken.url)
    if at.gated is None:
        return Answer(answer="none", text=f"no change has reached {facts.place} since")
    many = f"the last {at.judged} changes were judged; " if at.judged > 1 else ""
    return Answer(answer="yes", text=f"{many}{at.gated.text}", at=at.gated.at, url=at.gated.url)


def _is_later(one: Answer, other: Answer) -> bool:
    return one.at is not None and other.at is not None and one.at > other.at


def _latest(facts: ProofFacts) -> str:
    return plain(facts.watched.latest[0], 200) if facts.watched is not None else ""
