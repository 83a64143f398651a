"""Action items: lists, tables, headings and paragraphs of the sections that hold them, with their groups and states."""

import re
from collections import Counter
from dataclasses import dataclass

from tracker.domain.claims import Claim
from tracker.domain.postmortem import Item, Span
from tracker.postmortem.blocks import Block, part_of
from tracker.postmortem.extract.document import Document, is_placeholder
from tracker.postmortem.extract.item_build import Draft, build, finish
from tracker.postmortem.extract.item_leads import names_in_front
from tracker.postmortem.extract.item_states import claim_of, says_done
from tracker.postmortem.extract.item_tables import rows
from tracker.postmortem.extract.item_words import (
    AHEAD,
    BULLET_LINE,
    DETAIL,
    EXPLAINS,
    NOUN_DONE,
    NUMBERED,
    REMARK,
    is_checklist_of_the_report,
    is_question_or_chore,
    is_told_as_done,
)
from tracker.postmortem.extract.text import one_line
from tracker.postmortem.roles import GROUP
from tracker.postmortem.section import Section
from tracker.postmortem.verbs import IMPERATIVE

_GROUP_END = re.compile(r"[:：#\s]+$")


@dataclass(slots=True)
class Place:
    """Where in a section an item stands."""

    section: Section
    group: str | None
    group_state: Claim | None
    because: str


def read_items(doc: Document) -> tuple[list[Item], int | None]:
    """All action items in the order of the document, and where a new one would go."""
    drafts: list[Draft] = []
    end: int | None = None
    for section in doc.sections("actions"):
        doc.claim(section)
        found = _of_section(doc, section)
        drafts += found
        if found:
            end = found[-1].item_end
        elif end is None and section.head is not None:
            end = section.blocks[-1].end if section.blocks else section.head.end
    return _with_habits(doc, drafts), end


def _place(section: Section) -> Place:
    """The group is the nearest heading below the section's own name; a heading such as “Done” states it for all."""
    named = section
    while named.parent is not None and named.parent.role == "actions":
        named = named.parent
    group = None if section is named and not section.because.startswith("goes on") else _clean_group(section.title)
    state = claim_of(group) if group and len(section.title) <= 40 else None
    if state is None and group is None and section.title[:9].casefold().startswith(("done", "completed")):
        state = Claim.DONE
    because = f"under “{named.title.strip()[:40]}”, {section.because if section is named else named.because}"
    return Place(section, group, state if state in (Claim.DONE, Claim.IN_PROGRESS, Claim.WONT_DO) else None, because)


def _clean_group(group: str) -> str | None:
    return one_line(_GROUP_END.sub("", NUMBERED.sub("", group.strip()))) or None


def _of_section(doc: Document, section: Section) -> list[Draft]:
    place = _place(section)
    if section.sure == 0:
        return []
    found: list[Draft] = []
    if section.lead is not None and section.lead.text.strip():
        found += _paragraph(doc, section.lead.block, section.lead.begin, place, alone=True)
    if _heading_is_item(section, place):
        return [_heading_item(doc, section, place)]
    listed = any(b.kind in ("list", "table") for b in section.blocks)
    under = any(c.role == "actions" for c in section.children)
    for block in section.blocks:
        if block.kind == "list":
            found += _list(doc, block, place)
        elif block.kind == "table":
            found += rows(doc, block, place.group, place.group_state, place.because)
        elif block.kind == "para":
            found += _paragraph(doc, block, 0, place, alone=not listed and not under)
        elif block.kind == "quote" and not listed:
            for child in block.children:
                if child.kind == "list":
                    found += _list(doc, child, place)
    return found


def _heading_is_item(section: Section, place: Place) -> bool:
    """A heading with only an explanation under it is an item where it is numbered or tells what to do."""
    if section.form != "heading" or place.group is None or section.children or section.head is None:
        return False
    if any(b.kind in ("list", "table") for b in section.blocks) and not NUMBERED.match(section.title):
        return False
    bare = NUMBERED.sub("", section.title.strip())
    numbered = len(bare) < len(section.title.strip())
    tells = bool(IMPERATIVE.match(bare)) and bare.count(" ") >= 2
    return (
        (numbered and any(b.kind == "para" for b in section.blocks))
        or tells
        or (bool(section.blocks) is False and bare.count(" ") >= 3)
    )


def _heading_item(doc: Document, section: Section, place: Place) -> Draft:
    head = section.head
    assert head is not None
    begin = len(head.text) - len(NUMBERED.sub("", head.text.lstrip()))
    group = section.parent.title if section.parent is not None and section.parent.role == "actions" else None
    parent = _place(section.parent) if group is not None and section.parent is not None else None
    draft = build(doc, head, begin, head, parent.group if parent else None, "heading item", place.because)
    if draft.state is None and NOUN_DONE.match(draft.text) and not AHEAD.search(draft.text):
        draft.state, draft.by_group = Claim.DONE, True
    para = next((b for b in section.blocks if b.kind == "para"), None)
    end = section.blocks[-1].end if section.blocks else head.end
    return finish(draft, section.blocks, habit="heading", end_block=para or head, span=Span(head.start, end))


def _list(doc: Document, block: Block, place: Place) -> list[Draft]:
    found: list[Draft] = []
    if is_checklist_of_the_report([item.first_text for item in block.children]):
        return found
    for item in block.children:
        found += _item(doc, item, place)
    names_in_front(doc, found)
    return found


def _item(doc: Document, item: Block, place: Place) -> list[Draft]:
    first = item.children[0] if item.children else None
    if first is None:
        return []
    if first.kind in ("list", "table"):
        return [d for child in item.children if child.kind == "list" for d in _list(doc, child, place)]
    nested = [child for child in item.children[1:] if child.kind == "list"]
    if nested and _is_group_line(first, nested):
        group = one_line(first.text).rstrip(":：").strip()
        inner = Place(place.section, group, claim_of(group) or place.group_state, place.because)
        return [d for child in nested for d in _list(doc, child, inner)]
    if is_placeholder(first.text) and item.info is None:
        return []
    if is_question_or_chore(first.text) and not nested and item.info is None:
        return []
    draft = build(doc, first, 0, item, place.group, "list item", place.because)
    if not draft.text or is_placeholder(draft.text):
        return []
    finish(draft, item.children[1:], habit="task" if item.info else "text", end_block=first, span=item.span)
    _group_state(draft, place)
    if draft.state is None and is_told_as_done(first.text):
        draft.state, draft.by_group = Claim.DONE, True
    for child in nested:
        if any(says_done(sub.first_text) for sub in child.children) and draft.state is None:
            draft.state, draft.by_group = Claim.DONE, True
    return [draft, *_own_items(doc, first, nested, place, draft)]


def _own_items(doc: Document, first: Block, nested: list[Block], place: Place, draft: Draft) -> list[Draft]:
    """Sub-bullets that are items of their own: with a box, or below a line that ends in a colon and tells what to do."""
    found: list[Draft] = []
    if not nested:
        return found
    opens = first.text.rstrip().endswith((":", "："))
    for child in nested:
        for sub in child.children:
            text = sub.first_text.strip()
            if sub.info is not None or (
                _says_more(sub, text) and (opens or IMPERATIVE.match(text) or (_tickets(sub) and not _linked(first)))
            ):
                found += _item(doc, sub, place)
    return found


def _says_more(sub: Block, text: str) -> bool:
    """Whether a sub-bullet is a sentence of its own and no remark on the item above: a link, a state, an owner."""
    words = sum(m[2] - m[1] for m in sub.children[0].marks if m[0] == "link") if sub.children else 0
    return (
        text.count(" ") >= 3
        and len(text) - words >= 12
        and not REMARK.match(text)
        and not DETAIL.match(text)
        and not says_done(text)
    )


def _linked(block: Block) -> bool:
    return any(m[0] == "link" for m in block.marks) or "http" in block.text


def _tickets(sub: Block) -> bool:
    return bool(sub.children) and _linked(sub.children[0])


def _is_group_line(first: Block, nested: list[Block]) -> bool:
    """Whether an item's line only names a group for the list under it."""
    text = first.text.strip()
    bare = text.rstrip(":：").strip()
    if "\n" in bare or len(bare) > 60 or (first.marks and any(m[0] == "link" for m in first.marks)):
        return False
    if any(DETAIL.match(sub.first_text) for child in nested for sub in child.children[:2]):
        return False
    bold = any(m[0] == "strong" and m[1] <= 1 and m[2] >= len(bare) for m in first.marks)
    short = bare.count(" ") <= 3
    if short and GROUP.match(bare) and not (IMPERATIVE.match(bare) and bare.count(" ") >= 2):
        return True
    if bold and not (bare.endswith(".") or (IMPERATIVE.match(bare) and bare.count(" ") >= 3)):
        return True
    return short and text.endswith((":", "：")) and not (IMPERATIVE.match(bare) and bare.count(" ") >= 2)


def _paragraph(doc: Document, block: Block, begin: int, place: Place, *, alone: bool) -> list[Draft]:
    text = block.text[begin:]
    bare = text.strip()
    if not bare or is_placeholder(bare):
        return []
    bullets = list(BULLET_LINE.finditer(text))
    if len(bullets) >= 2 or (bullets and bullets[0].start() == 0 and not alone):
        return _lines(doc, block, begin, bullets, place)
    if not alone or bare.endswith((":", "：")) or EXPLAINS.match(bare):
        return []
    draft = build(doc, block, begin, block, place.group, "paragraph", place.because)
    if not draft.text:
        return []
    finish(draft, [], habit="text", end_block=block, span=Span(block.byte(begin), block.end))
    _group_state(draft, place)
    if draft.state is None and is_told_as_done(bare):
        draft.state, draft.by_group = Claim.DONE, True
    return [draft]


def _lines(doc: Document, block: Block, begin: int, bullets: list[re.Match[str]], place: Place) -> list[Draft]:
    """A paragraph whose lines begin with signs that Markdown does not know as list markers."""
    found = []
    for i, bullet in enumerate(bullets):
        stop = begin + (bullets[i + 1].start() if i + 1 < len(bullets) else len(block.text) - begin)
        part = part_of(block, begin + bullet.end(), stop)
        draft = build(doc, part, 0, part, place.group, "line with a bullet", place.because)
        if draft.text and not is_placeholder(draft.text):
            found.append(finish(draft, [], habit="text", end_block=part, span=part.span))
            _group_state(draft, place)
    return found


def _group_state(draft: Draft, place: Place) -> None:
    if draft.state is None and place.group_state is not None:
        draft.state, draft.by_group = place.group_state, True


def _with_habits(doc: Document, drafts: list[Draft]) -> list[Item]:
    """The items, each told how the document's other items are marked done."""
    inline = [d.inline_mark for d in drafts if d.inline_mark and d.state is Claim.DONE]
    common = Counter(inline).most_common(1)[0][0] if inline else None
    items = []
    for draft in drafts:
        if draft.marks.guessed and any(name.lower() in doc.small_words for name in draft.marks.owners):
            draft.marks.owners, draft.marks.owner = [], None
        items.append(draft.item(doc, common))
    return items
