"""Names in front of items, believed only where every item of a list has one: `Ana: …`, `**Ana**: …`, `(Ana) …`."""

import re

from tracker.postmortem.extract.document import Document
from tracker.postmortem.extract.item_build import Draft, text_without
from tracker.postmortem.extract.item_people import is_person
from tracker.postmortem.roles import GROUP

_LEAD = re.compile(r"\s*(?:\((?P<a>[^()]{2,24})\)|(?P<b>[A-ZÀ-ÖØ-Þ][\w.’'-]*(?: [A-ZÀ-ÖØ-Þ][\w.’'-]*){0,2})\s?:)\s+(?=\S)")
_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][\w.’'-]*(?: [A-ZÀ-ÖØ-Þ][\w.’'-]*){0,2}")
_NOUN = re.compile(r"(?:ing|tion|sion|ment|ity|ness|ance|ence|logy|ture|ware|base|work|als|ers|rts|cess)$", re.I)


def names_in_front(doc: Document, drafts: list[Draft]) -> None:
    """Give the items of a list the owners that they all begin with."""
    if len(drafts) < 2 or any(draft.marks.owners for draft in drafts):
        return
    leads = []
    for draft in drafts:
        lead = _LEAD.match(draft.block.text, draft.begin)
        if lead is None:
            return
        leads.append(lead)
        name = lead["a"] or lead["b"]
        if not _NAME.fullmatch(name) or _NOUN.search(name) or GROUP.match(name) or not is_person(name):
            return
        if name.lower() in doc.small_words:
            return
    for draft, lead in zip(drafts, leads, strict=True):
        group = "a" if lead["a"] else "b"
        draft.marks.owners, draft.marks.owner = [lead[group]], lead.span(group)
        draft.marks.cut.append(lead.span())
        draft.text = text_without(draft.block.text, draft.begin, draft.marks.cut)
