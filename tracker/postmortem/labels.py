"""Labels in running text: `**Date**: …`, `Summary: …`, and lines that are a section's name by themselves."""

import re

from tracker.postmortem.blocks import Block, part_of
from tracker.postmortem.section import Piece
from tracker.postmortem.vocabulary import label_meaning, meaning

LABEL_LENGTH = 60  # characters; a longer text before a colon is a sentence
_STATES = ("TODO", "DONE", "DOING", "WIP")  # what a paragraph that is an item may begin with, no label
_BEHIND_LABEL = re.compile(r"[ \t]*([:：.]|[-–—](?=\s)|)[ \t]*")


def named_line(block: Block) -> list[Block] | None:
    """A paragraph one of whose lines is a section's name by itself: the lines before, the name, the lines behind."""
    text, at = block.text, 0
    for line in text.split("\n")[:60]:
        bare = line.strip()
        if 4 <= len(bare) <= 30 and bare[0].isupper() and bare[-1].isalpha() and at + len(line) < len(text):
            role, sure = meaning(bare)
            if sure == 3 and role in (
                "cause",
                "timeline",
                "actions",
                "lessons",
                "impact",
                "summary",
                "resolution",
                "well",
                "wrong",
                "lucky",
            ):
                pieces = [(0, at), (at, at + len(line)), (at + len(line) + 1, len(text))]
                return [part_of(block, begin, stop) for begin, stop in pieces if text[begin:stop].strip()]
        at += len(line) + 1
    return None


def may_be_labelled(block: Block) -> bool:
    """A cheap test: a label is bold, or its colon stands near the begin of a line."""
    text = block.text
    near = text if "\n" in text else text[: LABEL_LENGTH + 2]
    return ":" in near or "：" in near or (bool(block.marks) and has_bold(block))


def has_bold(block: Block) -> bool:
    return any(mark[0] == "strong" for mark in block.marks)


def labelled(block: Block) -> list[tuple[str, Piece, int]]:
    """The labelled lines of a paragraph: label, what stands behind it, where the line begins."""
    text = block.text
    if block.marks and has_bold(block):
        found, known = _bold_lines(block)
    else:
        found = _plain_lines(text) if ":" in text or "：" in text else []
        known = bool(found)
    if not known:
        return []
    pieces = []
    for i, (name, begin, line_start) in enumerate(found):
        stop = found[i + 1][2] - 1 if i + 1 < len(found) else len(text)
        pieces.append((name, Piece(block, min(begin, stop), stop), line_start))
    return pieces


LINES_LIMIT = 40  # lines of a paragraph that are looked at


def _plain_lines(text: str) -> list[tuple[str, int, int]]:
    """The lines that begin with a label of the vocabulary: label, where the rest begins, where the line begins."""
    found, at = [], 0
    for _ in range(LINES_LIMIT):
        if (label := plain_label(text, at)) is not None:
            found.append((label[0], label[1], at))
        at = text.find("\n", at) + 1
        if not at:
            break
    return found


def _bold_lines(block: Block) -> tuple[list[tuple[str, int, int]], bool]:
    """The lines that begin with a label in bold or one of the vocabulary, and whether one of them is known."""
    text = block.text
    found: list[tuple[str, int, int]] = []
    at, known = 0, False
    for line in text.split("\n")[:LINES_LIMIT]:
        label = bold_label(block, at) if at == 0 or any(at <= m[1] <= at + 4 for m in block.marks) else None
        if label is None and at:
            label = plain_label(text, at)
        if label is not None:
            known = known or bool(label_meaning(label[0]))
            found.append((label[0], label[1], at))
            if len(block.marks) > 1:
                found += _piped(block, at, at + len(line))
        at += len(line) + 1
    return found, known


def _piped(block: Block, begin: int, stop: int) -> list[tuple[str, int, int]]:
    """Further labels on the same line: `**Date:** x | **Author:** y`."""
    found = []
    for kind, start, _, _, _, _ in block.marks:
        if kind == "strong" and begin < start < stop and block.text[begin:start].rstrip()[-1:] in ("|", "·", "•", ";"):
            label = bold_label(block, start)
            if label is not None and label_meaning(label[0]):
                found.append((label[0], label[1], len(block.text[:start].rstrip(" |·•;")) + 1))
    return found


_RUN_IN = (
    "authors",
    "date",
    "severity",
    "status",
    "summary",
    "impact",
    "timeline",
    "cause",
    "trigger",
    "detection",
    "resolution",
    "lessons",
    "well",
    "wrong",
    "lucky",
    "actions",
)


def bold_label(block: Block, at: int = 0) -> tuple[str, int] | None:
    """`**Label**: rest` or `**Label:** rest` at character `at`: the label and where the rest begins; plain labels too."""
    text = block.text
    for kind, begin, stop, _, _, _ in block.marks:
        if stop > at and kind == "strong" and stop - begin <= LABEL_LENGTH and _opens(text, at, begin):
            name = text[begin:stop]
            if label_meaning(name) == "summary" and name.strip(" :").casefold().replace(";", "") == "tldr":
                return name.strip(), stop
            if name.strip(" :") in _STATES:
                return None
            rest = _BEHIND_LABEL.match(text, stop)
            colon = rest[1] if rest else ""
            if (
                name.rstrip()[-1:] in (":", "：")
                or colon
                or (name.rstrip()[-1:] in ".!?" and label_meaning(name) in _RUN_IN)
                or (rest and text[rest.end() : rest.end() + 1] in ("\n", ""))
            ):
                return name.strip().rstrip(":：").strip(), rest.end() if rest else stop
            return None
    return plain_label(text, at)


def _opens(text: str, at: int, begin: int) -> bool:
    """Whether only a sign or an emoji stands between the beginning of the line and the mark."""
    return begin <= at + 1 or (
        begin <= at + 5 and not any(c.isalnum() for c in text[at:begin]) and "\n" not in text[at:begin]
    )


def plain_label(text: str, at: int) -> tuple[str, int] | None:
    """`Label: rest` at character `at`, or a label with its colon on the next line, where the vocabulary knows it."""
    at += text.startswith(":", at)  # `:Date: …`, as reStructuredText has it
    colon = text.find(":", at, at + LABEL_LENGTH)
    wide = text.find("：", at, at + LABEL_LENGTH if colon < 0 else colon)
    colon = wide if wide >= 0 else colon
    if colon <= at or text.startswith("//", colon + 1):
        return None
    name = text[at:colon].strip()
    if not name or not name[0].isalpha() or "\n" in name or "|" in name or not label_meaning(name):
        return None
    begin = colon + 1
    while begin < len(text) and text[begin] in " \t":
        begin += 1
    return name, begin


def is_bold(block: Block, bare: str) -> bool:
    """Whether the whole line is bold (or bold with a colon behind it)."""
    return any(m[0] == "strong" and m[1] <= 1 and m[2] >= len(bare) for m in block.marks)
