"""Values of labelled lines and of front matter: authors, severity, status and whatever else is one line."""

import re

from tracker.domain.postmortem import Read
from tracker.postmortem.extract.document import Document, is_placeholder
from tracker.postmortem.extract.text import one_line
from tracker.postmortem.section import Piece

SEVERITY_KEYS = ("severity", "sev", "priority", "impact_level")
AUTHOR_KEYS = ("author", "authors", "owner", "owners", "by")


def field(doc: Document, role: str) -> Piece | None:
    """The value of a labelled line, a labelled list item or a section of one line with this role."""
    for section in doc.sections(role):
        doc.claim(section)
        if section.lead is not None and section.lead.text.strip():
            return section.lead
        for block in section.blocks:
            for leaf in block.leaves():
                if leaf.text.strip():
                    return Piece(leaf, 0, len(leaf.text))
    return None


def many(doc: Document, role: str, keys: tuple[str, ...]) -> tuple[str, ...]:
    """All values of a labelled line or key that lists names; placeholders are dropped."""
    for key in keys:
        if (found := doc.source.front.get(key)) and found.value:
            return tuple(v for v in found.values if v and not is_placeholder(v))
    values: list[str] = []
    for section in doc.sections(role):
        doc.claim(section)
        texts = [section.lead.text] if section.lead is not None else []
        texts += [leaf.text for block in section.blocks for leaf in block.leaves()]
        for text in texts:
            values += [v.strip(" *_`.") for v in re.split(r"[,;\n]| and | & ", text) if v.strip(" *_`.")]
        break
    return tuple(v for v in values[:30] if v and not is_placeholder(v))


def one(doc: Document, role: str, keys: tuple[str, ...]) -> Read[str] | None:
    for key in keys:
        if (found := doc.source.front.get(key)) and found.value:
            return Read(found.value, found.span, "front matter", f"{key} in the front matter")
    piece = field(doc, role)
    if piece is None or is_placeholder(piece.text):
        return None
    return Read(one_line(piece.text)[:200], piece.span, "labelled line", f"a line labelled as {role}")
