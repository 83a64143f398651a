"""Summary, impact and others: a section's text, or what stands in for it."""

import re

from tracker.domain.postmortem import Passage, Span
from tracker.postmortem.blocks import Block
from tracker.postmortem.extract.document import Document, is_placeholder
from tracker.postmortem.extract.text import is_comment, plain
from tracker.postmortem.labels import bold_label
from tracker.postmortem.section import FIELDS, Section
from tracker.postmortem.vocabulary import meaning

_BY_LINE = re.compile(r"\b(?:written|posted|published|authored|opened|prepared|reported|updated) (?:by|on)\b", re.I)
_CAPTION = re.compile(
    r"^(?:all times|times|note:|\(?updated?|author|this document|! ?this|last updated|posted|published|written)\b", re.I
)
_STORY = re.compile(
    r"(?:the )?(?:incident|outage|problem|issue|event)(?: details)?|details", re.I
)  # long after an introduction
_WEAK_NAME = re.compile(
    r"fault|problem|bug|conclusion|analys|finding|reason|explanation|details|diagnosis|fazit|conclus", re.I
)


def passage(doc: Document, role: str) -> Passage | None:
    """The section of this role that says something: a plain name first, then a heading's before a label's."""
    sections = [s for s in doc.sections(role) if s.parent is None or s.parent.role != role or s.form == "label"]
    if len(sections) > 1:
        sections.sort(
            key=lambda s: (
                bool(_WEAK_NAME.search(s.title)) and "cause" not in s.title.lower(),
                s.form not in ("heading", "hash"),
            )
        )
    for section in sections:
        found = _of(doc, section, role)
        if found is not None:
            return found
    return None


def _of(doc: Document, section: Section, role: str) -> Passage | None:
    blocks, heading = list(section.blocks), section.title or None
    lead = section.lead.text if section.lead is not None else ""
    doc.claim(section)
    for child in section.walk()[1:]:
        if child.role == role and child.form not in ("label", "table"):
            doc.claim(child)
            if child.head is not None and child.lead is None and not meaning(child.title)[1]:
                blocks.append(child.head)
            elif child.lead is not None:
                blocks.append(child.lead.block)
            blocks += child.blocks
        elif (
            role == "summary"
            and child.role in FIELDS | {"factors"}
            and child.form in ("label", "item", "table")
            and child.lead is not None
        ):
            if not blocks or blocks[-1] is not child.lead.block:
                blocks.append(child.lead.block)
            blocks += child.blocks
    told = (
        blocks[0].children[0].children
        if len(blocks) == 1 and blocks[0].kind == "list" and len(blocks[0].children) == 1
        else blocks
    )
    text = plain(told, lead).removeprefix(": ").removeprefix("- ") if len(told) <= 1 or lead else plain(told, lead)
    if not text.strip() or is_placeholder(text):
        return None
    begin = section.lead.span.start if section.lead is not None and lead.strip() else blocks[0].start
    end = blocks[-1].end if blocks else section.lead.span.end if section.lead is not None else begin
    line = doc.source.line(begin)
    return Passage(heading, text, line, Span(begin, max(end, begin)), f"{role} section", section.because, section.inferred)


def summary(doc: Document) -> Passage | None:
    """The summary's section, else the prose before the first section, else the front matter's description."""
    sections = [
        s
        for s in doc.sections("summary")
        if s.parent is None or s.parent.role != "summary" or s.form in ("label", "item", "table")
    ]
    bare: Passage | None = None
    if sections and _STORY.fullmatch(sections[0].title.strip(" :?")) and (early := _preamble(doc)) and len(early.text) > 60:
        return early
    for section in sections:
        proper = _labelled_summary(doc, section)
        found = proper or _of(doc, section, "summary")
        if found is not None and (proper or _has_prose(section)):
            return found
        bare = bare or found
    return bare or _preamble(doc) or _described(doc) or _first_prose(doc)


def _first_prose(doc: Document) -> Passage | None:
    """Where nothing is a summary: the details or the introduction that stand before everything else."""
    for section in doc.all[1:]:
        if section.role in ("timeline", "actions", "cause", "lessons"):
            return None
        named = section.role == "other" and re.match(r"details|introduction|context|background", section.title.strip(), re.I)
        if named and any(b.kind == "para" for b in section.blocks):
            return _of(doc, section, "other")
    return None


def _has_prose(section: Section) -> bool:
    """Whether a section says more than labelled lines do."""
    if section.form in ("label", "item", "table") and section.lead is not None and not section.blocks:
        return section.lead.text.strip().count(" ") >= 4
    return (
        section.form in ("label", "item", "table")
        or bool(section.blocks)
        or any(c.role == "summary" for c in section.children)
    )


def _labelled_summary(doc: Document, section: Section) -> Passage | None:
    """A `**Summary:**` line among labelled lines inside the summary's section is the summary proper."""
    if section.blocks or section.form in ("label", "item", "table"):
        return None
    for child in section.walk()[1:]:
        if (
            child.role == "summary"
            and child.form in ("label", "item", "table")
            and child.lead is not None
            and child.lead.text.strip()
        ):
            return _of(doc, child, "summary")
    return None


def _preamble(doc: Document) -> Passage | None:
    blocks = []
    below = doc.title.children[0] if doc.title is not None and doc.title.children else None
    named = (
        below is not None and not below.role and below.head is not None and below.head.order in doc.claimed
    )  # it is the title
    for section in (doc.outline.root, doc.title, below if named else None):
        if section is not None:
            blocks += [
                b for b in section.blocks if b.kind in ("para", "quote", "list") and not _is_caption(b) and not _is_fields(b)
            ]
    if not blocks:
        return None
    for block in blocks:
        doc.claim_block(block)
    text = plain(blocks)
    if is_placeholder(text):
        return None
    span = Span(blocks[0].start, blocks[-1].end)
    return Passage(None, text, doc.source.line(span.start), span, "preamble", "the text before the first section")


def _described(doc: Document) -> Passage | None:
    for key in ("summary", "description", "excerpt"):
        if (found := doc.source.front.get(key)) and found.value and not is_placeholder(found.value):
            return Passage(
                None,
                found.value,
                doc.source.line(found.span.start),
                found.span,
                "front matter",
                f"{key} in the front matter",
            )
    return None


def _is_fields(block: Block) -> bool:
    """Whether a list is nothing but labelled lines: `- **Service**: …`."""
    firsts = [item.children[0] for item in block.children if item.children] if block.kind == "list" else []
    return len(firsts) >= 2 and all(
        b.kind == "para" and b.text.count(" ") < 20 and bold_label(b) is not None for b in firsts
    )


def _is_caption(block: Block) -> bool:
    text = plain([block]).strip(" *_!()")
    return not text or bool(_CAPTION.match(text)) or is_comment(block) or (len(text) <= 120 and bool(_BY_LINE.search(text)))
