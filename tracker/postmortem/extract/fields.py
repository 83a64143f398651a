"""Values of labelled lines and of front matter: authors, severity, status and whatever else is one line."""

import re

from tracker.domain.postmortem import Read
from tracker.postmortem.extract.document import Document, is_placeholder
from tracker.postmortem.extract.text import one_line
from tracker.postmortem.section import Piece

SEVERITY_KEYS = ("severity", "sev", "priority", "impact_level")
_NAMES = re.compile(r"[,;\n]| and | & ")
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
            stated = tuple(v for v in found.values if v and not is_placeholder(v))
            if stated:
                doc.point(role, ", ".join(stated), found.span, f"{key} in the front matter")
            return stated
    values: list[str] = []
    for section in doc.sections(role):
        doc.claim(section)
        pieces = [section.lead] if section.lead is not None else []
        pieces += [Piece(leaf, 0, len(leaf.text)) for block in section.blocks for leaf in block.leaves()]
        for piece in pieces:
            names = [v for part in _NAMES.split(piece.text) if (v := part.strip(" *_`.")) and not is_placeholder(v)]
            values += names
            if names:
                doc.point(role, ", ".join(names), piece.span, f"a line labelled as {role}")
        break
    return tuple(values[:30])


def one(doc: Document, role: str, keys: tuple[str, ...]) -> Read[str] | None:
    for key in keys:
        if (found := doc.source.front.get(key)) and found.value:
            return Read(found.value, found.span, "front matter", f"{key} in the front matter")
    piece = field(doc, role)
    if piece is None or is_placeholder(piece.text):
        return None
    return Read(one_line(piece.text)[:200], piece.span, "labelled line", f"a line labelled as {role}")
