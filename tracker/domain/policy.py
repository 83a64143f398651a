"""The words of deployment policy: what a check may answer, what a gate may decide, what stands behind an item."""

from enum import StrEnum


class Outcome(StrEnum):
    """What one evaluation of a check found. *Error* is "could not find out", which is neither yes nor no."""

    PASS = "pass"
    FAIL = "fail"
    ERROR = "error"
    SKIP = "skip"


class State(StrEnum):
    """What the observations of a check on one stage amount to (a fold: tracker.policy.states)."""

    UNKNOWN = "unknown"
    PASS = "pass"
    FAIL = "fail"


class Enforcement(StrEnum):
    """How much a failing check weighs: it warns, it blocks unless waived, it blocks whatever is waived or relaxed."""

    ADVISORY = "advisory"
    SOFT = "soft"
    HARD = "hard"

    @property
    def blocks(self) -> bool:
        return self is not Enforcement.ADVISORY


class Mode(StrEnum):
    """A guard is in force while it judges every change; a condition while it is true."""

    GUARD = "guard"
    CONDITION = "condition"


class ChangeType(StrEnum):
    NORMAL = "normal"
    ROLLBACK = "rollback"
    RECOVERY = "recovery"
    BREAK_GLASS = "break_glass"


class RunsOn(StrEnum):
    CLI = "cli"
    SERVER = "server"
    EITHER = "either"


class Verdict(StrEnum):
    ALLOW = "allow"
    DENY = "deny"
    UNDECIDED = "undecided"
    OVERRIDDEN = "overridden"

    @property
    def lets_through(self) -> bool:
        return self in (Verdict.ALLOW, Verdict.OVERRIDDEN)

    @property
    def exit_code(self) -> int:
        """0 allow, 1 deny, 3 could not find out; 2 is for usage."""
        return {Verdict.ALLOW: 0, Verdict.OVERRIDDEN: 0, Verdict.DENY: 1, Verdict.UNDECIDED: 3}[self]


class EvidenceWord(StrEnum):
    """Claim and evidence in one word, for lists: what a done item's proofs, or any item's, amount to."""

    VERIFIED = "verified"
    HOLDING = "holding"
    REGRESSED = "regressed"
    BROKEN = "broken"
    LAPSED = "lapsed"


class Standing(StrEnum):
    """What proofs say of an item: nothing yet, it holds, it broke, nobody has been able to tell for long."""

    NONE = "none"
    HOLDING = "holding"
    BROKEN = "broken"
    LAPSED = "lapsed"
