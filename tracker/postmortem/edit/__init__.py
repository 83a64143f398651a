"""Edits as splices: each changes one thing's bytes, in the document's own habits, and is proven by reading the result."""

from tracker.postmortem.edit.claims import set_claim
from tracker.postmortem.edit.entries import add_entry
from tracker.postmortem.edit.fields import set_field, set_text
from tracker.postmortem.edit.items import add_item

__all__ = ["add_entry", "add_item", "set_claim", "set_field", "set_text"]
