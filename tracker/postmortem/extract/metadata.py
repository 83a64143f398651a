"""A document's title: from front matter, the first heading, a labelled line, the file's name."""

import re
from pathlib import PurePath

from tracker.domain.postmortem import Read, Span
from tracker.postmortem.extract.dates import NAME_DATE
from tracker.postmortem.extract.document import Document, is_placeholder
from tracker.postmortem.extract.fields import field
from tracker.postmortem.extract.text import one_line
from tracker.postmortem.extract.titles import bare_title
from tracker.postmortem.when import entry_time

_TITLE_DATE = re.compile(r"^\s*(?:incident )?date\s*:\s*", re.I)
_KIND_ONLY = re.compile(
    r"(?:incident |outage )?(?:post-?mortem|retrospective|report|review|rca)(?: report| document)?", re.I
)
_TEMPLATE = re.compile(r"(?:issue|incident|post-?mortem|title|template)(?: (?:name|title|template))?", re.I)
LONGEST_TEMPLATE_TITLE = 40  # characters
_DASHES = re.compile(r"[-_ ]+")
_TIME_IN_NAME = re.compile(r"T\d{4}")
_NUMBERS_FIRST = re.compile(r"^[\d ]+(?=\D)")


def title(doc: Document) -> Read[str] | None:
    """The front matter's title, the first heading, a labelled line, else the file's name; without its date."""
    found = _title_as_written(doc)
    return None if found is None else Read(bare_title(found.value), found.span, found.rule, found.because)


def _title_as_written(doc: Document) -> Read[str] | None:
    found = doc.source.front.get("title") or doc.source.front.get("name")
    if found and found.value and not is_placeholder(found.value):
        if doc.title is not None:
            doc.claim(doc.title)
        return Read(found.value, found.span, "front matter", "title in the front matter")
    return _from_heading(doc) or _from_label(doc) or _from_first_line(doc) or _from_file_name(doc.name)


def _from_heading(doc: Document) -> Read[str] | None:
    """The first heading; where a template left its own there, the line or the heading below it."""
    section = doc.title
    if section is None or section.head is None:
        return None
    doc.claimed.add(section.head.order)
    text = one_line(_TITLE_DATE.sub("", section.title) if ":" in section.title else section.title)
    left = _is_template_title(text)
    if left and section.blocks and section.blocks[0].kind == "para" and len(section.blocks[0].text) <= 120:
        block = section.blocks.pop(0)
        doc.claim_block(block)
        return Read(one_line(block.text), block.span, "first line", "the line below a title that a template left")
    if text and not left and not is_placeholder(text):
        return Read(text, section.head.span, "first heading", section.because)
    for other in section.children[:3]:
        if other.form == "heading" and not other.role and other.head is not None:
            doc.claimed.add(other.head.order)
            because = "the heading below a title that a template left"
            return Read(one_line(other.title), other.head.span, "second heading", because)
    return None


def _from_label(doc: Document) -> Read[str] | None:
    piece = field(doc, "titled")
    if piece is None or is_placeholder(piece.text):
        return None
    return Read(one_line(piece.text), piece.span, "labelled line", "a line labelled as the title")


def _from_first_line(doc: Document) -> Read[str] | None:
    """A short line before everything else, where there is no heading that could be the title."""
    first = doc.outline.root.blocks[0] if doc.outline.root.blocks else None
    if doc.title is not None or first is None or first.kind != "para" or len(first.text) > 140 or first.text.count("\n") > 1:
        return None
    if first.text.rstrip()[-1:] in ".:" or entry_time(first.text) is not None:
        return None
    doc.outline.root.blocks.pop(0)
    return Read(one_line(first.text), first.span, "first line", "a short line before everything else")


def _from_file_name(file: str) -> Read[str] | None:
    name = _DASHES.sub(" ", NAME_DATE.sub("", _TIME_IN_NAME.sub("", PurePath(file).stem)))
    name = _NUMBERS_FIRST.sub("", one_line(name).strip(" -"))
    return Read(name, Span(0, 0), "file name", "no title in the text; the file's name") if name else None


def _is_template_title(text: str) -> bool:
    bare = text.strip(" :")
    if len(bare) > LONGEST_TEMPLATE_TITLE:
        return False
    return bool(_KIND_ONLY.fullmatch(bare) or (_TEMPLATE.fullmatch(bare) and (bare.isupper() or bare.lower() == "title")))
