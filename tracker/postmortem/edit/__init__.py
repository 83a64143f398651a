"""Edits as splices: each changes one thing's bytes, in the document's own habits, and is proven by reading the result."""

from tracker.postmortem.edit.claims import set_claim
from tracker.postmortem.edit.fields import set_field, set_text

__all__ = ["set_claim", "set_field", "set_text"]
