"""What is read from small documents, each written for one family of rules and its counterexample.

`cases/NAME.md` is the document, `cases/NAME.txt` what is read from it, one value per line. To see what changed:
`python -m tests.postmortem.test_cases` prints every case as it reads now.
"""

from pathlib import Path

import pytest

from tracker.domain.postmortem import Entry, Item, Postmortem
from tracker.postmortem.reader import read

CASES = sorted((Path(__file__).parent / "cases").glob("*.md"))


def said(postmortem: Postmortem) -> str:
    """Everything that is understood, one value per line, in the words of the document."""
    pm = postmortem
    lines = [f"title: {pm.title.value if pm.title else None}", f"date: {pm.date.value if pm.date else None}"]
    lines += [f"zone: {pm.timezone.value}"] if pm.timezone else []
    lines += [f"author: {author}" for author in pm.authors]
    lines += [f"severity: {pm.severity.value}"] if pm.severity else []
    lines += [f"status: {pm.status.value}"] if pm.status else []
    for role, passage in (("summary", pm.summary), ("impact", pm.impact), ("cause", pm.root_cause)):
        if passage is not None:
            lines.append(f"{role}{' (inferred)' if passage.inferred else ''}: {_line(passage.text)}")
    lines += [_entry(entry) for entry in pm.timeline]
    for role in ("went_well", "went_wrong", "lucky", "other"):
        lines += [f"{role}: {lesson}" for lesson in getattr(pm.lessons, role)]
    lines += [_item(item) for item in pm.items]
    lines += [f"unread {block.line}: {block.text}" for block in pm.unread]
    lines += [f"note: {note}" for note in pm.notes]
    return "\n".join(lines) + "\n"


def _entry(entry: Entry) -> str:
    when = (entry.start.local or "-") + (f" to {entry.end}" if entry.end else "")
    vague = "" if entry.start.precision == "exact" else f" ({entry.start.precision})"
    return f"entry {entry.line}: {when}{vague} | {_line(entry.text)}"


def _item(item: Item) -> str:
    values = [item.state.value if item.stated else "", ", ".join(item.owners), item.due or "", " ".join(item.links)]
    group = f" [{item.group}]" if item.group else ""
    return f"item {item.line}{group}: {item.text}" + "".join(f" | {value}" for value in values if value)


def _line(text: str) -> str:
    return " / ".join(line.strip() for line in text.split("\n") if line.strip())


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_document_says(case: Path) -> None:
    assert said(read(case.read_bytes(), case.name)) == case.with_suffix(".txt").read_text("utf-8")


if __name__ == "__main__":
    import sys

    for path in CASES:
        sys.stdout.write(f"== {path.stem}\n{said(read(path.read_bytes(), path.name))}\n")
