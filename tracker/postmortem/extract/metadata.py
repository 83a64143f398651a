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


def title(doc: Document) -> Read[str] | None:
    """The front matter's title, the first heading, a labelled line, else the file's name; without its date."""
    found = _title_as_written(doc)
    return None if found is None else Read(bare_title(found.value), found.span, found.rule, found.because)


def _title_as_written(doc: Document) -> Read[str] | None:
    if (
        (found := doc.source.front.get("title") or doc.source.front.get("name"))
        and found.value
        and not is_placeholder(found.value)
    ):
        if doc.title is not None:
            doc.claim(doc.title)
        return Read(found.value, found.span, "front matter", "title in the front matter")
    section = doc.title
    if section is not None and section.head is not None:
        doc.claimed.add(section.head.order)
        text = one_line(_TITLE_DATE.sub("", section.title))
        if (
            _is_template_title(text)
            and section.blocks
            and section.blocks[0].kind == "para"
            and len(section.blocks[0].text) <= 120
        ):
            block = section.blocks.pop(0)
            doc.claim_block(block)
            return Read(one_line(block.text), block.span, "first line", "the line below a title that a template left")
        if text and not is_placeholder(text) and not _is_template_title(text):
            return Read(text, section.head.span, "first heading", section.because)
    for other in doc.all[1:6]:
        if (
            section is not None
            and other is not section
            and other.form == "heading"
            and not other.role
            and other.parent is section
            and other.head is not None
            and not other.title.rstrip().endswith(":")
        ):
            doc.claimed.add(other.head.order)
            return Read(
                one_line(other.title), other.head.span, "second heading", "the heading below a title that a template left"
            )
    if (piece := field(doc, "titled")) and not is_placeholder(piece.text):
        return Read(one_line(piece.text), piece.span, "labelled line", "a line labelled as the title")
    first = doc.outline.root.blocks[0] if doc.outline.root.blocks else None
    if (
        section is None
        and first is not None
        and first.kind == "para"
        and len(first.text) <= 140
        and first.text.count("\n") <= 1
    ):
        if first.text.rstrip()[-1:] not in ".:" and entry_time(first.text) is None:
            doc.outline.root.blocks.pop(0)
            return Read(one_line(first.text), first.span, "first line", "a short line before everything else")
    name = PurePath(doc.name).stem
    name = one_line(re.sub(r"[-_ ]+", " ", NAME_DATE.sub("", re.sub(r"T\d{4}", "", name)))).strip(" -")
    name = re.sub(r"^[\d ]+(?=\D)", "", name)
    return Read(name, Span(0, 0), "file name", "no title in the text; the file's name") if name else None


def _is_template_title(text: str) -> bool:
    bare = text.strip(" :")
    if _KIND_ONLY.fullmatch(bare):
        return True
    return bool(
        re.fullmatch(r"(?:issue|incident|post-?mortem|title|template)(?: (?:name|title|template))?", bare, re.I)
    ) and (bare.isupper() or bare.lower() == "title")
