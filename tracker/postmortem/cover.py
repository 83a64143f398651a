"""Pass 6: what nobody claimed. Every block is either claimed or unread: a partition by construction."""

from operator import attrgetter

from tracker.domain.postmortem import Span, Unread
from tracker.postmortem.extract.document import Document
from tracker.postmortem.extract.text import is_comment, one_line, plain

LOOKED_AT = 240  # characters of a paragraph that are mostly enough to show so many
SHOWN = 200  # characters of an unread block that are kept to show it


def unread(doc: Document) -> tuple[Unread, ...]:
    """The blocks that no value was read from, and headings that say nothing; comments and rules say nothing either."""
    found = []
    claimed, line = doc.claimed, doc.source.line
    for section in doc.all:
        named = section.role and section.role != "title"  # its heading is understood, not all that stands under it
        blocks = section.blocks if named or section.head is None else [section.head, *section.blocks]
        for block in blocks:
            kind = block.kind
            if block.order in claimed or kind == "rule" or (kind == "html" and is_comment(block)):
                continue
            text = one_line(block.text[:LOOKED_AT]) if kind == "para" else ""
            if len(text) < SHOWN:
                text = one_line(plain([block], limit=2 * SHOWN))
            if text or kind in ("html", "code", "table"):
                found.append(Unread(line(block.start), text[:SHOWN], Span(block.start, block.end)))
    found.sort(key=_PLACE)
    return tuple(found)


_PLACE = attrgetter("span")
