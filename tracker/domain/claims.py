"""What a person says of an action item, and what stands of it."""

from enum import StrEnum


class Claim(StrEnum):
    """A person's word on an item, given here or in a document (DESIGN §2, "Done is a claim")."""

    NOT_STATED = "not_stated"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    BLOCKED = "blocked"
    DONE = "done"
    WONT_DO = "wont_do"

    @property
    def is_closed(self) -> bool:
        return self in (Claim.DONE, Claim.WONT_DO)

    @property
    def is_open(self) -> bool:
        """Somebody said that it remains. What nobody spoke of remains too, but is not called open."""
        return self in (Claim.OPEN, Claim.IN_PROGRESS, Claim.BLOCKED)

    @property
    def label(self) -> str:
        return {"not_stated": "not stated", "in_progress": "in progress", "wont_do": "won’t do"}.get(self.value, self.value)


class Role(StrEnum):
    READER = "reader"
    EDITOR = "editor"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        order = list(Role)
        return order.index(self) >= order.index(other)


class Visibility(StrEnum):
    """Who may see an incident and everything of it: everybody, everybody signed in, or named people (and admins)."""

    PUBLIC = "public"
    INTERNAL = "internal"
    RESTRICTED = "restricted"


class Status(StrEnum):
    """How far the writing of a postmortem is."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"


class Milestone(StrEnum):
    IMPACT_STARTED = "impact_started"
    DETECTED = "detected"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
