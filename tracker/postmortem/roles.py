"""Pass 4: what each section is, by a score: what it is called, what it contains, where it stands.

A name that is a whole phrase of the vocabulary scores 3, a part of a short name 2, of a long one 1. What a section contains
adds or takes away. Below the threshold a section has its parent's role, or none.
"""

import re

from tracker.postmortem.blocks import Block
from tracker.postmortem.outline import BOLD, FIELDS, Outline, Section
from tracker.postmortem.verbs import IMPERATIVE
from tracker.postmortem.vocabulary import columns, meaning
from tracker.postmortem.when import entry_time
from tracker.postmortem.when_lines import trailing

THRESHOLD = 2
LESSONS = frozenset(("lessons", "well", "wrong", "lucky"))
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
CAUSAL = re.compile(
    r"\b(?:root cause|caused by|was caused|cause of|because of|due to|as a result of|result of"
    r"|resulted from|stem(?:s|med)? from|insufficient"
    r"|compounded|lack of|led to|triggered by|not enough|inadequate|verursacht|aufgrund|à cause|causé"
    r"|en raison|causad[oa]|debido a"
    r"|devido a|wurde ausgelöst)\b|原因|由于|导致",
    re.I,
)


def assign(outline: Outline) -> Section | None:
    """Give every section its role; returns the section whose heading is the document's title, if there is one."""
    root = outline.root
    title = _title(root)
    if title is not None:
        title.role, title.sure, title.because = "title", 3, "first heading"
    before: Section | None = None
    every = root.walk()[1:]
    for section in every:
        if section is not title:
            _assign(section, before, outline.flat)
        before = section
    _timed_headings(root, title)
    _item_blocks(root)
    _loose_timeline(root, title)
    _by_place(root)
    if outline.flat:
        _gaps(root)
    return title


def _title(root: Section) -> Section | None:
    """The first heading, unless it is the name of a section, or one of several of its level that are."""
    for section in root.children:
        if section.form in ("heading", "hash"):
            role, sure = meaning(section.title)
            same = sum(1 for s in root.children if s.level == section.level and s.form == section.form)
            if role and role != "titled" and (sure == 3 or (same > 1 and sure == 2)) and role not in ("other", "people"):
                return None
            if same > 1 and section.level > 1 and not section.children and section.when is not None:
                return None
            return section
        if section.form in ("bold", "line") and section.sure < THRESHOLD and not root.blocks and section is root.children[0]:
            others = [s for s in root.children if s.form == section.form]
            headings = [s for s in root.walk() if s.form == "heading"]
            if meaning(section.title)[1] == 0 and (len(others) > 1 or (headings and headings[0].level > 1)):
                return section
    return None


def _assign(section: Section, before: Section | None, flat: bool) -> None:
    parent = section.parent.role if section.parent is not None else ""
    if section.form == "gap":
        return
    role, sure = (section.role, 3) if section.role else meaning(section.title)
    if (
        role in FIELDS
        and section.form not in ("label", "item", "table")
        and not (role in ("people", "duration") or sure == 3)
    ):
        role, sure = "", 0
    if (
        role in ("status", "other")
        and section.form == "heading"
        and any(b.kind == "para" and b.text.count(" ") >= 12 for b in section.blocks)
    ):
        role = "summary" if role == "status" else role
    name = f"“{section.title.strip()[:40]}” (+{sure} name)"
    if parent == "timeline" and _stays_in_timeline(section, role, sure):
        section.role, section.sure, section.because = "timeline", 2, "under the timeline"
        return
    if parent == "actions" and not (role in STRONG - {"actions"} or (role in ("cause", "summary", "impact") and sure == 3)):
        section.role, section.sure, section.because = "actions", 2, "under the action items"
        return
    if parent in LESSONS and role in FIELDS | {"detection", "resolution", "other", "trigger"}:
        role, sure = "", 0
    if role and sure < THRESHOLD + 1 and sure + _shape_bonus(section, role) < THRESHOLD:
        role = ""
    if (
        role in ("summary", "resolution", "other", "detection", "lessons", "cause")
        and sure < 4
        and _is_timed_section(section)
    ):
        section.role, section.sure, section.because = "timeline", 2, "nearly every line begins with a time (+2 shape)"
        return
    if role:
        section.role, section.sure, section.because = role, sure, name
        return
    inherited = parent if parent not in FIELDS | {"title", "", "other"} else ""
    if inherited in ("resolution", "detection", "summary", "impact", "cause", "") and _is_timed_section(section):
        section.role, section.sure, section.because = "timeline", 2, "nearly every line begins with a time (+2 shape)"
        return
    if not inherited:
        inherited = _continued(section, before)
    if inherited:
        section.role, section.sure, section.because = inherited, 1, "goes on from the section before"
        return
    section.role, section.sure, section.because = _by_shape(section)


def _stays_in_timeline(section: Section, role: str, sure: int) -> bool:
    if section.when is not None or not role or sure < THRESHOLD:
        return True
    if role in STRONG:
        return role == "timeline"
    return sure < 3 or timed_share(section) >= 0.5


def _continued(section: Section, before: Section | None) -> str:
    """A section that goes on under a heading of the wrong level, or a group whose heading is no deeper than its section's."""
    if section.parent is None or before is None or before.role in ("", "title") or before.role in FIELDS:
        return ""
    siblings = section.parent.children
    at = siblings.index(section) if len(siblings) < 40 else _position(siblings, section)
    previous = siblings[at - 1] if at else None
    if previous is None or previous.role not in STRONG:
        return ""
    if previous.is_empty and previous.because.startswith("“") and section.form == previous.form:
        return previous.role
    if (
        previous.is_empty is False
        and previous.because.startswith("goes on")
        and section.form == previous.form
        and _begun_empty(siblings, at)
    ):
        return previous.role
    if previous.role == "actions" and (GROUP.match(section.title) or section.level >= BOLD) and _has_list(section):
        return "actions"
    if section.level >= BOLD and previous.level >= BOLD and previous.role in STRONG and section.form != "label":
        return previous.role
    return ""


def _begun_empty(siblings: list[Section], at: int) -> bool:
    """Whether the run of unnamed sections before this one began at a heading with nothing under it."""
    i = at - 1
    while i >= 0 and siblings[i].because.startswith("goes on"):
        i -= 1
    return i >= 0 and siblings[i].is_empty


def _position(siblings: list[Section], section: Section) -> int:
    for i in range(len(siblings) - 1, -1, -1):
        if siblings[i] is section:
            return i
    return 0


def _has_list(section: Section) -> bool:
    return any(b.kind in ("list", "table") for b in section.blocks)


def _shape_bonus(section: Section, role: str) -> int:
    if role == "timeline":
        return 1 if timed_share(section) >= 0.3 or any(c.when for c in section.children) else 0
    if role == "actions":
        return 1 if any(_has_list(s) for s in [section, *section.children]) or _tells_what_to_do(section) else 0
    if role == "cause":
        return 1 if section.sure == 0 and any(b.kind == "para" for b in section.blocks) else 0
    if role in LESSONS:
        return 1 if section.blocks or section.children else 0
    return 0


_WILL = re.compile(
    r"(?:we|i|the team|they)(?:[’']ll| will|[’']re going to| are going to| plan to| intend to| should"
    r"| need to| want to)\b|https?://|\[",
    re.I,
)


def _tells_what_to_do(section: Section) -> bool:
    """Whether most parts of a section begin as a task does: an imperative, `We will …`, a box, a ticket."""
    parts = [p for p in units(section)[:40] if p.kind != "row"]
    told = sum(1 for p in parts if p.info is not None or IMPERATIVE.match(t := _first_text(p).strip()) or _WILL.match(t))
    return bool(parts) and told * 2 >= len(parts)


def _by_shape(section: Section) -> tuple[str, int, str]:
    """What a section without a known name is by what it contains."""
    if not section.blocks:
        return "", 0, ""
    count, parts = _timed(section)
    if _is_timed_section(section) or (count == parts >= 2):
        return "timeline", 2, "nearly every line begins with a time (+2 shape)"
    for block in section.blocks:
        if block.kind == "table" and _is_item_table(block):
            return "actions", 2, "a table with owners or states (+2 shape)"
    return "", 0, ""


def _is_timed_section(section: Section) -> bool:
    return bool(section.blocks) and _timed_count(section) >= 3 and timed_share(section) >= 0.6


def _is_item_table(table: Block) -> bool:
    found = [columns(cell.text) for cell in table.children[0].children]
    first = {column[0] for column in found if column}
    return "text" in first and bool(first & {"owner", "status", "due"}) and not first & {"time", "end"}


def units(section: Section) -> list[Block]:
    """The parts of a section that could each be an entry: list items, table rows, paragraphs."""
    found: list[Block] = []
    for block in section.blocks:
        if block.kind in ("list", "table"):
            if block.kind == "list" or tells(block):
                found.extend(child for child in block.children if child.kind != "head")
        elif block.kind == "para":
            found.append(block)
    return found


def tells(table: Block) -> bool:
    """Whether a table's rows hold words behind their first cell: one of measurements does not."""
    rows = table.children[1:31]
    letters = sum(len(_LETTER.findall(cell.text, 0, 200)) for row in rows for cell in row.children)
    return letters >= 10 * max(len(rows), 1) or any(
        _IDEOGRAM.search(cell.text) for row in rows[:3] for cell in row.children[1:]
    )


_LETTER = re.compile(r"[^\W\d_]")
_IDEOGRAM = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def _first_text(block: Block) -> str:
    for leaf in block.leaves():
        return leaf.text
    return ""


def _timed_count(section: Section) -> int:
    return _timed(section)[0]


def _timed(section: Section) -> tuple[int, int]:
    """How many of a section's first parts begin with a clock time, and how many parts were looked at."""
    if section.timed is None:
        count, military = 0, False
        parts = units(section)[:60]
        for unit in parts:
            text = _first_text(unit)
            when = entry_time(text, military=military) or trailing(text)
            if when is not None and (when.has_clock or when.blank) and not when.relative:
                count += 1
                military = when.form == "military"
        section.timed = count, len(parts)
    return section.timed


def timed_share(section: Section) -> float:
    """Which share of a section's parts begins with a clock time."""
    count, parts = _timed(section)
    return count / parts if parts else 0.0


def _timed_headings(root: Section, title: Section | None) -> None:
    """Headings that are times: entries of a timeline, wherever they stand and whatever their level."""
    sections = [s for s in root.walk()[1:] if s is not title]
    timed = [s for s in sections if s.when is not None and not s.when.weak and s.form in ("heading", "hash")]
    alone = [s for s in timed if s.role == ""]
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


_STATED = re.compile(r"(?:TODO|DONE|DOING|WIP)\b\s*[:–—-]?\s*\w")


def _item_blocks(root: Section) -> None:
    """Action items without a heading of their own: tables with owners, boxed lists, paragraphs that begin with TODO or DONE."""
    for section in root.walk():
        if section.role in ("actions", "timeline") or not section.blocks:
            continue
        found = [block for block in section.blocks if _holds_items(section, block)]
        if not found:
            continue
        section.blocks = [block for block in section.blocks if block not in found]
        section.timed = None
        child = Section("", "block", BOLD + 3, None, section, blocks=found, role="actions", sure=2)
        child.because = {"table": "a table with owners or states", "list": "a list with boxes"}.get(
            found[0].kind, "it begins with TODO or DONE"
        ) + " (+2 shape)"
        section.children.insert(0, child)


def _holds_items(section: Section, block: Block) -> bool:
    if block.kind == "table":
        return _is_item_table(block)
    if block.kind == "list" and _is_boxed(block):
        if section.role == "resolution" and len(block.children) >= 2:
            return True
        unnamed = not section.role and section.form == "heading" and len(block.children) >= 2
        return unnamed or (section.role in LESSONS and block is not section.blocks[0])
    return block.kind == "para" and section.role in ("", "other", *LESSONS) and bool(_STATED.match(block.text))


def _loose_timeline(root: Section, title: Section | None) -> None:
    """Entries that stand before the first section, where no section is a timeline."""
    if any(s.role == "timeline" for s in root.walk()):
        return
    for section in (root, title):
        if section is not None and _is_timed_section(section):
            child = Section("", "block", BOLD + 3, None, section, blocks=section.blocks, role="timeline", sure=2)
            child.because = "nearly every line begins with a time (+2 shape)"
            section.blocks = []
            section.children.insert(0, child)
            return


def _is_boxed(block: Block) -> bool:
    boxed = [item for item in block.children if item.info is not None]
    return (
        len(boxed) * 2 >= len(block.children)
        and bool(boxed)
        and not any(REPORT_CHORE.search(_first_text(item)) for item in boxed)
    )


REPORT_CHORE = re.compile(
    r"\b(?:incident has been dealt with|sections above|after-action report|this (?:document|report"
    r"|post-?mortem)|action(?:able)? items above"
    r"|postmortem (?:meeting|review)|publish (?:the|this) post-?mortem)\b",
    re.I,
)


def _unnamed_actions(sections: list[Section]) -> None:
    """Where nothing is called action items: an unknown section of tasks after the timeline, the causes or the lessons."""
    seen = False
    for section in sections:
        if section.role in ("timeline", "cause", "factors", *LESSONS):
            seen = True
        elif seen and not section.role and section.form == "heading" and _has_list(section) and _tells_what_to_do(section):
            section.role, section.sure, section.because = (
                "actions",
                2,
                "a list of things to do after the causes or lessons (+2 shape and place)",
            )


_MITIGATION = re.compile(r"mitigation|solution|resolution|improvement|measure|fix|tiltak|prevent|maßnahme", re.I)


def _by_place(root: Section) -> None:
    """Where no section is called action items: a list of mitigations after the causes or lessons is what will be done."""
    sections = root.walk()[1:]
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
            seen and section.role in ("resolution", "other", "") and _MITIGATION.search(section.title) and _has_list(section)
        ):
            last = section
    if last is not None:
        last.role, last.sure, last.because = "actions", 2, "a list of mitigations after the causes or lessons (+2 place)"


def _gaps(root: Section) -> None:
    """In a flattened page: what a gap separates goes on with the timeline; the last one that speaks of causes is the cause."""
    before = ""
    last: Section | None = None
    for section in root.walk()[1:]:
        if section.form == "gap" and not section.role and before == "timeline":
            section.role, section.sure, section.because = "timeline", 1, "after a wider gap, within the timeline"
            section.inferred = True
            last = section
        elif section.role:
            if last is not None and before == "timeline" and section.role != "timeline":
                text = " ".join(b.text for b in last.blocks[:3])
                if CAUSAL.search(text):
                    last.role, last.because = (
                        "cause",
                        "after a wider gap, the last before the next section, in words of causes",
                    )
                last = None
        before = section.role or before
