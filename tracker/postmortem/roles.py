"""Pass 4: what each section is, by a score: what it is called, what it contains, where it stands.

A name that is a whole phrase of the vocabulary scores 3, a part of a short name 2, of a long one 1. What a section contains
adds or takes away. Below the threshold a section has its parent's role, or none.
"""

import re

from tracker.postmortem.outline import Outline
from tracker.postmortem.places import by_place, gaps, item_blocks, loose_timeline, timed_headings
from tracker.postmortem.section import BOLD, FIELDS, Section
from tracker.postmortem.shapes import (
    LESSONS,
    are_both_timed,
    has_list,
    is_item_table,
    is_timed_section,
    tells_what_to_do,
    timed_share,
)
from tracker.postmortem.vocabulary import meaning
from tracker.postmortem.when_lines import at_end

THRESHOLD = 2
STRONG = frozenset(("timeline", "actions", "lessons", "well", "wrong", "lucky"))
GROUP = re.compile(
    r"^(?:(?:short|medium|mid|long|near|longer|shorter)[- ]?(?:er)?[- ]?term|process|documentation"
    r"|technical|tooling|monitoring|prevent"
    r"|mitigat|detect|done|completed|to ?do|in progress|immediate|p[0-4]\b|high|low|medium|open|closed"
    r"|outstanding|infrastructure|testing"
    r"|alerting|people|training|communication|security|kurzfristig|langfristig|mittelfristig|court terme"
    r"|long terme|moyen terme|corto"
    r"|largo|curto|longo|短期|中期|长期|長期|other|misc|general|future|repair|investigat|improve|respon|recover"
    r"|resolution|upstream)",
    re.I,
)


def assign(outline: Outline) -> Section | None:
    """Give every section its role; returns the section whose heading is the document's title, if there is one."""
    root = outline.root
    title = _title(root)
    if title is not None:
        title.role, title.sure, title.because = "title", 3, "first heading"
    before: Section | None = None
    every = outline.all
    for section in every[1:]:
        if section is not title:
            _assign(section, before)
        before = section
    timed_headings([section for section in every[1:] if section is not title])
    item_blocks(every)
    if not any(section.role == "timeline" for section in every):
        loose_timeline(every, root, title)
    by_place(every)
    if outline.flat:
        gaps(every)
    return title


def _title(root: Section) -> Section | None:
    """The first heading, unless it is the name of a section, or one of several of its level that are."""
    for section in root.children:
        if section.form in ("heading", "hash"):
            role, sure = meaning(section.title)
            same = sum(1 for s in root.children if s.level == section.level and s.form == section.form)
            if role == "lessons" and same == 1 and len(section.children) >= 3:
                return section  # “Incident Review” over all the others
            if role and role != "titled" and (sure == 3 or (same > 1 and sure == 2)) and role not in ("other", "people"):
                return None
            if same > 1 and section.level > 1 and not section.children and section.when is not None:
                return None
            if same > 1 and role in ("other", "people") and sure == 3:
                return None
            if same > 3 and section.level > 1 and section.title.count(" ") < 2 and section.when is None:
                return None  # the first of many alike
            return section
        if section.form in ("bold", "line") and section.sure < THRESHOLD and not root.blocks and section is root.children[0]:
            others = [s for s in root.children if s.form == section.form]
            headings = [s for s in root.walk() if s.form == "heading"]
            if meaning(section.title)[1] == 0 and (len(others) > 1 or (headings and headings[0].level > 1)):
                return section
    return None


def _assign(section: Section, before: Section | None) -> None:
    if section.form == "gap":
        return
    parent = section.parent.role if section.parent is not None else ""
    role, sure = _named(section, parent)
    if parent == "timeline" and _stays_in_timeline(section, role, sure):
        section.role, section.sure, section.because = "timeline", 2, "under the timeline"
    elif parent == "actions" and not (role in _ENDS_ACTIONS or (role in ("cause", "summary", "impact") and sure == 3)):
        section.role, section.sure, section.because = "actions", 2, "under the action items"
    elif role and (sure >= THRESHOLD or sure + _shape_bonus(section, role) >= THRESHOLD):
        if (role in _STORIES or role in FIELDS or sure < THRESHOLD) and is_timed_section(section):
            section.role, section.sure, section.because = "timeline", 2, TIMED
        else:
            section.role, section.sure, section.because = role, sure, f"“{section.title.strip()[:40]}” (+{sure} name)"
    else:
        _inherit(section, parent, before)


TIMED = "nearly every line begins with a time (+2 shape)"
_STORIES = frozenset(("summary", "resolution", "other", "detection", "lessons", "cause"))
_NOT_INHERITED = FIELDS | {"title", "", "other"}
_MAY_BE_TIMED = frozenset(("resolution", "detection", "summary", "impact", "cause", ""))
_ENDS_ACTIONS = STRONG - {"actions"}
_LABELLED = frozenset(("label", "item", "table"))
_NOT_IN_LESSONS = FIELDS | {"detection", "resolution", "other", "trigger"}


def _named(section: Section, parent: str) -> tuple[str, int]:
    """The role that a section's title names, where such a section may have it."""
    role, sure = (section.role, 3) if section.role else meaning(section.title)
    if sure < 3 and role in FIELDS and section.form not in _LABELLED and role not in ("people", "duration"):
        return "", 0
    if role == "status" and section.form == "heading":
        told = any(b.kind == "para" and b.text.count(" ") >= 12 for b in section.blocks)
        return ("summary" if told else role), sure
    if parent in LESSONS and role in _NOT_IN_LESSONS:
        return "", 0
    return role, sure


def _inherit(section: Section, parent: str, before: Section | None) -> None:
    """The role of a section whose title says nothing: its parent's, the one that goes on, or what it contains."""
    inherited = parent if parent not in _NOT_INHERITED else ""
    if inherited in _MAY_BE_TIMED and is_timed_section(section):
        section.role, section.sure, section.because = "timeline", 2, TIMED
        return
    inherited = inherited or _continued(section, before)
    if inherited:
        section.role, section.sure, section.because = inherited, 1, "goes on from the section before"
    else:
        section.role, section.sure, section.because = _by_shape(section)


def _stays_in_timeline(section: Section, role: str, sure: int) -> bool:
    if section.when is not None or not role or sure < THRESHOLD or at_end(section.title) is not None:
        return True
    if role in STRONG:
        return role == "timeline"
    return sure < 3 or timed_share(section) >= 0.5


def _continued(section: Section, before: Section | None) -> str:
    """A section that goes on under a heading of the wrong level, or a group at its section's own level."""
    if section.parent is None or before is None or before.role in ("", "title") or before.role in FIELDS:
        return ""
    previous = section.before
    if previous is None or previous.role not in STRONG:
        return ""
    named_and_empty = previous.is_empty and previous.because.startswith("“")
    goes_on = previous.because.startswith("goes on") and (previous.begun_empty or previous.is_empty)
    if section.form == previous.form and (named_and_empty or goes_on):
        section.begun_empty = True
        return previous.role
    if previous.role == "actions" and (GROUP.match(section.title) or section.level >= BOLD) and has_list(section):
        return "actions"
    if section.level >= BOLD and previous.level >= BOLD and previous.role in STRONG and section.form != "label":
        return previous.role
    return ""


def _shape_bonus(section: Section, role: str) -> int:
    if role == "timeline":
        return 1 if timed_share(section) >= 0.3 or any(c.when for c in section.children) else 0
    if role == "actions":
        return 1 if any(has_list(s) for s in [section, *section.children]) or tells_what_to_do(section) else 0
    if role == "cause":
        return 1 if section.sure == 0 and any(b.kind == "para" for b in section.blocks) else 0
    if role in LESSONS:
        listed = any(block.kind == "list" for block in section.blocks)
        near = section.parent is not None and section.parent.role in LESSONS
        beside = section.before is not None and section.before.role in LESSONS
        return 1 if listed or ((near or beside) and section.blocks) else 0
    return 0


def _by_shape(section: Section) -> tuple[str, int, str]:
    """What a section without a known name is by what it contains, where it is no timed section."""
    if are_both_timed(section):
        return "timeline", 2, "nearly every line begins with a time (+2 shape)"
    for block in section.blocks:
        if block.kind == "table" and is_item_table(block):
            return "actions", 2, "a table with owners or states (+2 shape)"
    return "", 0, ""
