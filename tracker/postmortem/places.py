"""Roles by place and shape, after the names have had their say: what stands where, and what it looks like."""

import re

from tracker.postmortem.blocks import Block
from tracker.postmortem.section import BOLD, Section
from tracker.postmortem.shapes import LESSONS, has_list, is_boxed, is_item_table, is_timed_section, tells_what_to_do

_LISTED = ("table", "list")
_MAY_HOLD = (*_LISTED, "para")  # where the section's role is not sure
_UNSURE = frozenset(("", "other", *LESSONS))
_STATED = re.compile(r"(?:TODO|DONE|DOING|WIP)\b\s*[:–—-]?\s*\w")
_MITIGATION = re.compile(r"mitigation|solution|resolution|improvement|measure|fix|tiltak|prevent|maßnahme", re.I)
CAUSAL = re.compile(
    r"\b(?:root cause|caused by|was caused|cause of|because of|due to|as a result of|result of"
    r"|resulted from|stem(?:s|med)? from|insufficient"
    r"|compounded|lack of|led to|triggered by|not enough|inadequate|verursacht|aufgrund|à cause|causé"
    r"|en raison|causad[oa]|debido a"
    r"|devido a|wurde ausgelöst)\b|原因|由于|导致",
    re.I,
)


def timed_headings(sections: list[Section]) -> None:
    """Headings that are times: entries of a timeline, wherever they stand and whatever their level."""
    timed = [s for s in sections if s.when is not None and not s.when.weak and s.form in ("heading", "hash")]
    alone = {s for s in timed if s.role == ""}
    enough = len(timed) >= 2 or any(s.form == "hash" for s in timed)
    before = ""
    for section in sections:
        if section in alone and section.when and (enough or before == "timeline") and _is_entry_heading(section, before):
            section.role, section.sure, section.because = "timeline", 2, "the heading is a time"
            for child in section.walk()[1:]:
                if not child.role:
                    child.role, child.sure, child.because = "timeline", 1, "under a heading that is a time"
        before = section.role or before


def _is_entry_heading(section: Section, before: str) -> bool:
    when = section.when
    return when is not None and (
        when.has_clock or before == "timeline" or when.is_whole_date or (when.has_day and when.named_month)
    )


def item_blocks(every: list[Section]) -> None:
    """Action items without a heading of their own: tables with owners, boxed lists, TODO paragraphs."""
    grown: list[Section] = []  # with those found, each behind the section that it stands in
    for section in every:
        grown.append(section)
        if section.role in ("actions", "timeline") or not section.blocks:
            continue
        kinds = _MAY_HOLD if section.role in _UNSURE else _LISTED
        found = [block for block in section.blocks if block.kind in kinds and _holds_items(section, block)]
        if not found:
            continue
        taken = set(map(id, found))
        section.blocks = [block for block in section.blocks if id(block) not in taken]
        section.timed_share = None
        child = Section("", "block", BOLD + 3, None, section, blocks=found, role="actions", sure=2)
        child.because = {"table": "a table with owners or states", "list": "a list with boxes"}.get(
            found[0].kind, "it begins with TODO or DONE"
        ) + " (+2 shape)"
        section.children.insert(0, child)
        grown.append(child)
    every[:] = grown


def _holds_items(section: Section, block: Block) -> bool:
    if block.kind == "table":
        return is_item_table(block)
    if block.kind == "list":
        if not is_boxed(block):
            return False
        if section.role == "resolution" and len(block.children) >= 2:
            return True
        unnamed = not section.role and section.form == "heading" and len(block.children) >= 2
        return unnamed or (section.role in LESSONS and block is not section.blocks[0])
    return block.text[:1] in "TDW" and bool(_STATED.match(block.text))


def loose_timeline(every: list[Section], root: Section, title: Section | None) -> None:
    """Entries that stand before the first section, where no section is a timeline."""
    for section in (root, title):
        if section is not None and is_timed_section(section):
            child = Section("", "block", BOLD + 3, None, section, blocks=section.blocks, role="timeline", sure=2)
            child.because = "nearly every line begins with a time (+2 shape)"
            section.blocks = []
            section.children.insert(0, child)
            every.insert(every.index(section) + 1, child)
            return


def _unnamed_actions(sections: list[Section]) -> None:
    """Where nothing is called action items: an unknown section of tasks after the timeline, the causes or the lessons."""
    seen = False
    for section in sections:
        if section.role in ("timeline", "cause", "factors", *LESSONS):
            seen = True
        elif seen and not section.role and section.form == "heading" and has_list(section) and tells_what_to_do(section):
            section.role, section.sure, section.because = (
                "actions",
                2,
                "a list of things to do after the causes or lessons (+2 shape and place)",
            )


def by_place(every: list[Section]) -> None:
    """Where no section is called action items: a list of mitigations after the causes or lessons is what will be done."""
    sections = every[1:]
    named = [s for s in sections if s.role == "actions" and not s.is_empty]
    if named and not all(s.because.startswith("goes on") for s in named):
        return
    _unnamed_actions(sections)
    if any(s.role == "actions" for s in sections):
        return
    seen = False
    last: Section | None = None
    for section in sections:
        if section.role in ("cause", "factors", *LESSONS):
            seen = True
        elif (
            seen and section.role in ("resolution", "other", "") and _MITIGATION.search(section.title) and has_list(section)
        ):
            last = section
    if last is not None:
        last.role, last.sure, last.because = "actions", 2, "a list of mitigations after the causes or lessons (+2 place)"


def gaps(every: list[Section]) -> None:
    """In a flattened page: what a gap separates goes on with the timeline; the last that speaks of causes is the cause."""
    before = ""
    last: Section | None = None
    for section in every[1:]:
        if section.form == "gap" and not section.role and before == "timeline":
            section.role, section.sure, section.because = "timeline", 1, "after a wider gap, within the timeline"
            section.inferred = True
            last = section
        elif section.role:
            ends = last is not None and before == "timeline" and section.role != "timeline"
            if ends and last is not None and CAUSAL.search(" ".join(b.text for b in last.blocks[:3])):
                last.role, last.because = "cause", "after a wider gap, the last before the next section, in words of causes"
            last = None
        before = section.role or before
