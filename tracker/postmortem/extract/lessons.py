"""Contributing factors and lessons: the points of a section, as a list, a table, or paragraphs."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from tracker.domain.postmortem import Lessons, Span
from tracker.postmortem.blocks import Block
from tracker.postmortem.extract.document import Document, is_placeholder
from tracker.postmortem.extract.text import one_line, plain
from tracker.postmortem.section import Section
from tracker.postmortem.vocabulary import meaning

_SAMPLE = re.compile(
    r"\b(?:for example|e\.g\.?|example|zum beispiel|par exemple|por ejemplo|por exemplo)\b\W*$", re.I
)  # a template's own list follows


class _Point(NamedTuple):
    """A point as it is read, and the bytes of the list item, row, cell or paragraph that it is."""

    text: str
    span: Span


def factors(doc: Document) -> tuple[str, ...]:
    found: list[str] = []
    for section in doc.sections("factors"):
        doc.claim(section)
        for point in _points(section):
            found.append(point.text)
            doc.point("factor", point.text, point.span, section.because)
    return tuple(found)


def lessons(doc: Document) -> Lessons:
    """The points under each heading: list items, rows, else paragraphs; a lesson without such a heading is another."""
    found: dict[str, list[str]] = {"well": [], "wrong": [], "lucky": [], "lessons": []}
    balanced = bool(doc.sections("well") or doc.sections("lucky") or doc.sections("lessons"))
    for section in doc.all:
        if section.role in found:
            doc.claim(section)
            if section.role == "wrong" and not balanced and not any(b.kind == "list" for b in section.blocks):
                continue  # prose that tells what went wrong, alone: the story or the cause, no list of lessons
            if columns := _columns(section):
                for role, points in columns.items():
                    for point in points:
                        found[role].append(point.text)
                        doc.point(_FIELDS[role], point.text, point.span, section.because)
            else:
                for point in _points(section):
                    role, text = _classified(point.text) if section.role == "lessons" else (section.role, point.text)
                    found[role].append(text)
                    doc.point(_FIELDS[role], text, point.span, section.because)
    return Lessons(tuple(found["well"]), tuple(found["wrong"]), tuple(found["lucky"]), tuple(found["lessons"]))


_FIELDS = {"well": "went_well", "wrong": "went_wrong", "lucky": "lucky", "lessons": "other"}
_SIGNS = {
    "👍": "well",
    "✅": "well",
    "➕": "well",
    "🎉": "well",
    "👎": "wrong",
    "❌": "wrong",
    "➖": "wrong",
    "⚠": "wrong",
    "🍀": "lucky",
}


def _classified(point: str) -> tuple[str, str]:
    """`👍 …`, `Good: …`, `What went well: …`: a lesson that says itself which kind it is."""
    if (role := _SIGNS.get(point[:1])) is not None:
        return role, point[1:].lstrip("\ufe0f ").strip()
    label, colon, rest = point.partition(":")
    if colon and rest.strip() and len(label) <= 40:
        role, sure = meaning(label)
        if sure >= 2 and role in ("well", "wrong", "lucky"):
            return role, rest.strip()
    return "lessons", point


def _own(item: Block) -> str:
    return next((leaf.text for leaf in item.leaves()), "")


def _points(section: Section) -> list[_Point]:
    """List items and rows; paragraphs where there is no list. A template's example list and a checklist are no points."""
    points: list[_Point] = []
    if section.lead is not None and not is_placeholder(section.lead.text):
        points.append(_Point(one_line(section.lead.text), section.lead.span))
    listed = any(b.kind in ("list", "table") for b in section.blocks)
    sample = False
    for block in section.blocks:
        if block.kind == "list" and not (sample and points):
            points += _kept((one_line(_own(item)), item) for item in block.children)
        elif block.kind == "table":
            points += _kept((one_line(plain([row])), row) for row in block.children[1:])
        elif block.kind in ("para", "quote") and not listed:
            text = plain([block]).strip()
            if text and not is_placeholder(text) and not text.endswith(":"):
                points.append(_Point(one_line(text), block.span))
        elif block.kind == "html" and points and listed and "</details" in block.text:
            break
        sample = block.kind == "para" and bool(_SAMPLE.search(block.text[-200:]))
    return points


def _kept(read: Iterable[tuple[str, Block]]) -> list[_Point]:
    return [_Point(text, block.span) for text, block in read if text and not is_placeholder(text)]


def _columns(section: Section) -> dict[str, list[_Point]]:
    """A table whose columns are called `Went well`, `Went badly`: the points of each column by its role."""
    found: dict[str, list[_Point]] = {}
    for block in section.blocks:
        if block.kind != "table":
            continue
        roles = [meaning(cell.text)[0] for cell in block.children[0].children]
        if sum(1 for role in roles if role in ("well", "wrong", "lucky")) < 2:
            continue
        for row in block.children[1:]:
            for role, cell in zip(roles, row.children, strict=False):
                if role in ("well", "wrong", "lucky") and cell.text.strip() and not is_placeholder(cell.text):
                    lines = [line.strip(" -•*") for line in cell.text.split("\n")]
                    found.setdefault(role, []).extend(_Point(one_line(line), cell.span) for line in lines if line)
    return found
