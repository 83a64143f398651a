"""What an edit changed, line by line."""

from tracker.domain.postmortem import Postmortem
from tracker.postmortem.edit.proof import document_values, item_values


def changed_lines(before: bytes, after: bytes) -> list[tuple[bytes, bytes]]:
    """The lines that differ, with their ends; the two must have as many lines."""
    old, new = before.split(b"\n"), after.split(b"\n")
    assert len(old) == len(new), "lines were added or taken away"
    return [(a, b) for a, b in zip(old, new, strict=True) if a != b]


def values(pm: Postmortem) -> list[object]:
    return [document_values(pm), *(item_values(item) for item in pm.items)]
