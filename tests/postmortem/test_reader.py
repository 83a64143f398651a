"""What holds of the reader whatever it reads: it never raises, loses nothing, and knows where everything stands."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.claims import Claim
from tracker.domain.errors import Unreadable
from tracker.domain.postmortem import Postmortem, Span
from tracker.postmortem.as_json import as_json
from tracker.postmortem.explain import explain
from tracker.postmortem.reader import READER_VERSION, read, write

# Pieces that the rules look for, put together at random: more of them meet than in any text that a person writes.
PIECES = st.sampled_from(
    [
        "# T",
        "## Timeline",
        "## Action items",
        "### Lessons learned",
        "**Date:** 2023-05-04",
        "- 14:05 UTC x",
        "14:05 - 15:00",
        "10:00pm",
        "-  [ ] do",
        "- [x] done",
        "~~a~~",
        " (done 2023-05-04)",
        "(won't do: no)",
        "@ana",
        "Owner: Bob",
        "\u202e",
        "\ufeff",
        "\r\n",
        "\t",
        "    code",
        "```",
        "> q",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "| Action | Owner | Status |\n|-|-|-|\n| x | Bob | done |",
        "<!--",
        "-->",
        "[a](b)",
        "[x]: y",
        "---",
        "+++",
        ": d",
        ":::note",
        "Summary#",
        "\n\n\n",
        "|",
        "1.",
        "*",
        "_4/5/23_",
        "HH:mm",
        "2X:XX",
        "午後2時",
        "🟡",
        "&amp;",
        "\\",
        "## 14:05",
        "<br>",
        "**Summary**: x",
        "- What went well\n  - a",
    ]
)
DOCUMENTS = st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=40).map("\n".join))


def read_text(text: str) -> Postmortem | None:
    try:
        return read(text.encode("utf-8", "replace"), "2023-05-04-x.md")
    except Unreadable:
        assert not text.strip() or "\0" in text or not text.encode("utf-8", "replace").strip()
        return None


def spans(postmortem: Postmortem) -> list[Span]:
    pm = postmortem
    values = [pm.title, pm.date, pm.timezone, pm.severity, pm.status, pm.summary, pm.impact, pm.root_cause]
    found = [value.span for value in values if value is not None]
    found += [entry.span for entry in pm.timeline] + [entry.time_span for entry in pm.timeline if entry.time_span]
    found += [block.span for block in pm.unread]
    for item in pm.items:
        slots = item.slots
        found += [item.span, Span(slots.end, slots.end)]
        found += [span for span in (slots.mark, slots.owner, slots.due, slots.priority, slots.ticket) if span is not None]
    found += [point.span for point in postmortem.points]
    return found


@given(DOCUMENTS)
def test_reading_never_raises_and_every_value_stands_in_the_document(text: str) -> None:
    postmortem = read_text(text)
    if postmortem is None:
        return
    assert write(postmortem) == text.encode("utf-8", "replace")
    size = len(postmortem.source)
    assert [span for span in spans(postmortem) if not 0 <= span.start <= span.end <= size] == []
    assert all(0 <= end <= size for end in (postmortem.timeline_end, postmortem.items_end) if end is not None)
    json.dumps(as_json(postmortem))
    explain(postmortem)


@given(DOCUMENTS)
def test_what_is_unread_is_no_part_of_what_is_read(text: str) -> None:
    postmortem = read_text(text)
    if postmortem is None:
        return
    read_spans = [item.span for item in postmortem.items] + [entry.span for entry in postmortem.timeline]
    for block in postmortem.unread:
        inside = [span for span in read_spans if span.start < block.span.end and block.span.start < span.end]
        assert inside == [], (block, inside)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_text_are_refused_with_a_sentence(data: bytes) -> None:
    try:
        assert read(data).source == data
    except Unreadable as error:
        assert str(error).endswith((".", "again."))


@pytest.mark.parametrize("data", [b"", b" \n", b"\x89PNG\0\0", "Störung".encode("latin-1"), "a".encode("utf-16")])
def test_what_is_no_document_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(data)


def test_every_real_document_is_given_back_byte_for_byte(corpus: Path) -> None:
    for path in (p for p in corpus.rglob("*") if p.is_file()):
        data = path.read_bytes()
        try:
            postmortem = read(data, path.name)
        except Unreadable:
            continue
        assert write(postmortem) == data
        assert [s for s in spans(postmortem) if not 0 <= s.start <= s.end <= len(data)] == [], path


def test_every_line_of_a_real_document_is_read_or_listed(corpus: Path) -> None:
    """Entries stand in their own lines, and so do items: a value's line is the line of its span."""
    for path in sorted(p for p in (corpus / "dev").rglob("*") if p.is_file()):
        postmortem = read(path.read_bytes(), path.name)
        for part in (*postmortem.timeline, *postmortem.items, *postmortem.unread):
            before = postmortem.source[: part.span.start].count(b"\n") + 1
            assert before <= part.line <= before + 1, (path.name, part)


def test_the_flattened_founding_document(corpus: Path) -> None:
    path = next((corpus / "seed").glob("*.txt"))
    postmortem = read(path.read_bytes(), path.name)
    assert postmortem.title is not None
    assert postmortem.title.value == "Accidental merge to prod brings things down"
    assert postmortem.date is not None
    assert postmortem.date.value == "2018-01-25"
    assert [entry.start.local for entry in postmortem.timeline] == ["2018-01-25T14:30", None, None, None]
    assert postmortem.root_cause is not None
    assert postmortem.root_cause.inferred
    assert [(item.state, item.stated) for item in postmortem.items] == [(Claim.OPEN, False)] * 3


def test_explaining_lists_every_value_in_the_order_of_the_document() -> None:
    text = (
        b"# Orders were lost\n\nSome were.\n\n## Timeline\n\n- 2023-05-04 14:05 UTC x\n\n"
        b"## Weather\n\nRain.\n\n## Follow-up\n\n- Do it\n"
    )
    told = explain(read(text))
    assert [value.role for value in told] == ["title", "summary", "entry", "date", "timezone", "unread", "unread", "item"]
    assert all(value.because and value.rule and text[: value.span.start].count(b"\n") + 1 == value.line for value in told)
    assert "Follow-up" in told[-1].because
    assert "+3 name" in read(text).items[0].because


def test_the_fixed_form_has_the_keys_that_programs_read() -> None:
    told = as_json(read(b"# T\n\n## Action items\n\n- [ ] Do it\n"), "a/b.md")
    assert told["file"] == "a/b.md"
    assert {"title", "date", "timezone", "authors", "severity", "status", "summary", "impact", "timeline"} <= told.keys()
    assert {"root_cause", "lessons", "action_items", "unread", "factors", "notes"} <= told.keys()
    assert told["action_items"][0] | {"because": "", "kind": None} == {
        "group": None, "text": "Do it", "state": "open", "stated": True, "owner": None, "priority": None, "due": None,
        "kind": None, "links": [], "line": 5, "because": "",
    }  # fmt: skip


def test_reading_needs_neither_flask_nor_a_database() -> None:
    program = "import sys, tracker.cli.read; print([m for m in ('flask', 'sqlalchemy') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_the_reader_has_a_version() -> None:
    assert READER_VERSION >= 1
