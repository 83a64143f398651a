"""Which deployment is being managed, said first and unmistakably; then what the checks answered; then the verdict.

Colour and the terminal's title only for a terminal; what colour says, a word says as well. Texts of commits are cleaned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tracker.domain.policy import Outcome
from tracker.policy.plain_text import in_log, wrapped
from tracker.policy.values import Change, Decision, Ran, Result

if TYPE_CHECKING:
    from tracker.policy.model import Deployment, Policy, Stage

RED, BOLD, PLAIN = "\x1b[1;31m", "\x1b[1m", "\x1b[0m"
DIGITS = 8  # of a commit


@dataclass(frozen=True, kw_only=True)
class Look:
    """Where it is shown: how wide, and whether that is a terminal that obeys colours."""

    width: int = 80
    terminal: bool = False
    colour: bool = False

    @property
    def rule(self) -> str:
        return "=" * (self.width - 2)


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What the banner says of a change and the place that it goes to. `notes` are sentences that nobody may overlook."""

    change: Change
    title: str
    protected: bool
    policy: str  # name@digest
    now: Ran | None = None
    zone: str = "UTC"
    waivers: int = 0
    freeze: str = ""
    notes: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        return f"{self.change.deployment}/{self.change.stage}"


def heading(
    policy: "Policy", digest: str, deployment: "Deployment", stage: "Stage", change: Change, *, at: datetime
) -> Heading:
    """What can be said without the server."""
    return Heading(
        change=change,
        title=deployment.title,
        protected=stage.protected,
        policy=f"{policy.name}@{digest[:4]}",
        zone=policy.timezone,
        freeze=_freeze(policy, change, at),
        notes=tuple(_notes(change)),
    )


def headline(change: Change, *, protected: bool, title: str = "") -> str:
    """`PROD <- datahub (Data 8 / DataHub hub)`: the same in a banner, a run's name, a summary, a terminal's title."""
    stage = change.stage.upper() if protected else change.stage
    called = f" ({title})" if title and title != change.deployment else ""
    return in_log(f"{stage} <- {change.deployment}{called}", 200)


def status_context(where: str) -> str:
    """The name of the commit status: `policy-gate (datahub/prod)`."""
    return f"policy-gate ({where})"


def terminal_title(head: Heading) -> str:
    """The sequence that a terminal takes its title from (OSC 2)."""
    return f"\x1b]2;{headline(head.change, protected=head.protected)}\x07"


def top(head: Heading, look: Look) -> str:
    """The banner's head, between two rules."""
    return beginning(head, look) + rest(head, look)


def beginning(head: Heading, look: Look) -> str:
    """What is managed and which change it is: shown at once, before anybody is asked."""
    change = head.change
    stage = change.stage.upper() if head.protected else change.stage
    called = f"  ({in_log(head.title, 100)})" if head.title and head.title != change.deployment else ""
    shown = f"{RED if head.protected else BOLD}{stage}{PLAIN}" if look.colour else stage
    lines = wrapped(f"YOU ARE MANAGING:  {stage}  <-  {change.deployment}{called}", look.width, "  ", "    ")
    lines[0] = lines[0].replace(f":  {stage}  ", f":  {shown}  ", 1)
    lines += wrapped(_from_to(change), look.width, "  ", "    ")
    title = terminal_title(head) if look.terminal else ""
    return title + "\n".join([look.rule, *lines]) + "\n"


def rest(head: Heading, look: Look) -> str:
    """What the server and the policy add: shown when they have been asked, before the checks' answers."""
    lines: list[str] = []
    for text in (_now(head), *head.notes):
        lines += wrapped(text, look.width, "  ", "    ")
    return "\n".join([*lines, look.rule]) + "\n"


def table(results: Sequence[Result], look: Look) -> str:
    """One entry per check: its word, its name, what it said, and how to mend it where it stands in the way."""
    wide = min(24, max((len(one.check) for one in results), default=0))
    lines: list[str] = []
    for one in results:
        word = word_for(one)
        shown = f"{RED}{word:<7}{PLAIN}" if look.colour and word in ("FAIL", "ERROR") else f"{word:<7}"
        first = f"  {word:<7} {one.check:<{wide}}  "
        said = in_log(one.summary) + (f" — {in_log(one.waived)}" if one.waived else "")
        entry = wrapped(said, look.width, first, " " * 10)
        entry[0] = entry[0].replace(f"{word:<7}", shown, 1)
        if word in ("FAIL", "ERROR", "WARN") and one.fix:
            entry += wrapped(f"fix: {in_log(one.fix)}", look.width, " " * 10, " " * 15)
        lines += entry
    return "".join(f"{line}\n" for line in lines)


def bottom(decision: Decision, look: Look, *, url: str | None = None) -> str:
    """The verdict, between rules."""
    word = decision.verdict.value.upper()
    shown = f"{RED}{word}{PLAIN}" if look.colour and not decision.verdict.lets_through else word
    lines = wrapped(f"{word}: {in_log(decision.because, 500)}", look.width, "  ", "    ")
    lines[0] = lines[0].replace(word, shown, 1)
    lines += [f"  {in_log(url, 500)}"] if url else []
    return "\n".join([look.rule, *lines]) + "\n"


def word_for(result: Result) -> str:
    """PASS, SKIP, WAIVED, FAIL, ERROR; WARN for what failed and does not block."""
    if result.outcome in (Outcome.PASS, Outcome.SKIP):
        return result.outcome.value.upper()
    if result.waived is not None:
        return "WAIVED"
    blocks = result.enforcement.blocks and (result.outcome is Outcome.FAIL or result.on_error_fails)
    return result.outcome.value.upper() if blocks else "WARN"


def description(decision: Decision) -> str:
    """The verdict for a commit status, which takes 140 characters."""
    return in_log(f"{decision.verdict.value.upper()}: {decision.because}", 140)


def _from_to(change: Change) -> str:
    """Repo, commits, subject and author; what is not known is said to be."""
    old = change.old[:DIGITS] if change.old else "(nothing)"
    new = change.new[:DIGITS] if change.new else "(not known)"
    name = change.author.partition("<")[0].strip()
    subject = in_log(change.subject, 72) + (f" ({in_log(name, 40)})" if name else "")
    parts = [f"repo {in_log(change.repo, 100)}" if change.repo else "", f"{old} -> {new}", subject]
    return "   ".join(part for part in parts if part)


def _now(head: Heading) -> str:
    from zoneinfo import ZoneInfo

    parts = []
    if head.now is not None:
        parts.append(f"now on {head.change.stage} since {head.now.at.astimezone(ZoneInfo(head.zone)):%Y-%m-%d %H:%M}")
    parts.append(f"policy {head.policy}")
    if head.change.changed_paths is not None:
        parts.append(f"change touches: {', '.join(head.change.deployments_touched) or 'no deployment'}")
    if head.waivers:
        parts.append(f"{head.waivers} {'waiver' if head.waivers == 1 else 'waivers'}")
    parts += [head.freeze] if head.freeze else []
    return " · ".join(in_log(part) for part in parts)


def _notes(change: Change) -> list[str]:
    notes = [f"NOT FOUND OUT: {in_log(problem)}" for problem in change.problems]
    if change.change_type.value != "normal":
        reason = in_log(change.reason) or "no reason given"
        notes.append(f"ASKED FOR AS A {change.change_type.value.upper().replace('_', '-')}: {reason}")
    if change.edits_policy:
        what = "TAKES THE POLICY AWAY" if change.policy_digest_after is None else "CHANGES THE POLICY"
        notes.append(f"THIS CHANGE {what}: it is judged by the text before it")
    if change.fork:
        notes.append("FROM A FORK: no program is run and no secret is shown")
    return notes


def _freeze(policy: "Policy", change: Change, at: datetime) -> str:
    checks = policy.applicable(change.deployment, change.stage, ref=change.ref, change_type=change.change_type)
    of_each = [getattr(check.with_, "windows", ()) for check in checks if check.kind == "window"]
    names = list(dict.fromkeys(name for names in of_each for name in names))
    if not names:
        return ""
    from tracker.policy.windows import freeze, in_words

    found = freeze(policy, names, at)
    if not found.blocked:
        return ""
    return f"freeze until {in_words(found.opens_at, policy.zone, at)}" if found.opens_at else "freeze"


def offline_note(verdict_is_open: bool) -> str:
    """What people have to know when our server is down in the middle of their outage."""
    if verdict_is_open:
        return "THE TRACKER WAS NOT REACHED: allowed all the same, since this stage is not protected"
    return (
        "THE TRACKER WAS NOT REACHED, so this gate stays shut. That must not trap you: deploy by hand if you have to, and"
        " hand the file of this run in later (tracker gate sync FILE)"
    )
