"""Pass 3: headings, and the lines that act as headings, into one tree of sections.

Acting as headings: a line in bold, a line that is a known name, `Label:` with or without a value behind it, list items
that are labels, `text#` as a docs page flattened to text has it, and there the wider gap where a heading was lost.
"""

import re
from collections.abc import Sequence

from tracker.postmortem.blocks import Block, part_of, release
from tracker.postmortem.labelled_parts import sections_of_list, sections_of_table
from tracker.postmortem.labels import LABEL_LENGTH, bold_label, is_bold, labelled, may_be_labelled, named_line, plain_label
from tracker.postmortem.section import BOLD, FIELDS, LABEL, LINE, Piece, Section
from tracker.postmortem.source import Source
from tracker.postmortem.vocabulary import label_meaning, meaning
from tracker.postmortem.when import entry_time, leading
from tracker.postmortem.when_lines import trailing

_NOT_A_NAME = re.compile(
    r"\b(?:following|we|i|you|it|this|these|that|below|here|would|should|note|e\.g|example|because|then|there)\b", re.I
)
_DIRECTIVE = re.compile(r"(?:[ \t]*:[\w-]+:[^\n]*\n|[ \t]*\n)*")
_ADMONITION = re.compile(r"^:{3,}\s*(?:\{?\w+\}?)?\s*")
_SYNTAX = re.compile(
    r"(?:import\s.+\sfrom\s['\"][^'\"]+['\"];?\s*)+$|\([\w:.-]+\)=$|\{%.*%\}$|\{:.*\}$|\[\[?_?TOC_?\]?\]$", re.S | re.I
)
_OPENS_SYNTAX = frozenset("i({[:")  # what lines of a site's own syntax begin with
_ALERT = re.compile(r"\[!\w+\]\s*")  # what a quote begins with that is an alert
_HASH = re.compile(r"(\S.{0,160}?)[ \t]?[#¶🔗][ \t]*$")
_HTML_HEADING = re.compile(
    r"\s*<(h([1-6])|summary)\b[^>]*>(.{1,200}?)</(?:h[1-6]|summary)>\s*(?:</?\w+[^>]*>\s*)*$", re.I | re.S
)
_ANCHOR = re.compile(r"\s*\{[#.:][^{}]{0,80}\}\s*$")
_TAG = re.compile(r"<[^>]{0,300}>")


class Outline:
    """Builds the tree: one look at each top-level block, in order."""

    def __init__(self, source: Source, root: Block) -> None:
        self.source = source
        self.tree = root
        self.root = Section("", "root", 0, None)
        self.all = [self.root]  # every section in document order
        self.here = self.root
        blocks = root.children
        self.flat = _is_flattened(blocks)
        for before, block, after in zip((None, *blocks), blocks, (*blocks[1:], None), strict=False):
            if self.flat and before is not None and not _is_signed(block) and self._is_gap(before, block):
                self._open(Section("", "gap", 2, None))
            self._place(block, after)

    def release(self) -> None:
        """Let go of what points back, in sections as in blocks."""
        for section in self.all:
            section.parent = section.before = None
        release(self.tree)

    def _is_gap(self, before: Block, block: Block) -> bool:
        between = self.source.data[before.end : block.start]
        return between.count(b"\n") >= (2 if self.source.data[before.end - 1 : before.end] == b"\n" else 3) and bool(
            self.here.blocks
        )

    def _open(self, section: Section) -> Section:
        here: Section | None = self.here
        while here is not None and here.level >= section.level and here.parent is not None:
            here = here.parent
        parent = here or self.root
        section.parent = parent
        section.before = parent.children[-1] if parent.children else None
        parent.children.append(section)
        self.all.append(section)
        self.here = section
        return section

    def _place(self, block: Block, after: Block | None) -> None:
        kind = block.kind
        if kind == "para":
            self._paragraph(block, after)
        elif kind == "heading":
            self._heading(block, block.level)
        elif kind == "html" and (found := _HTML_HEADING.match(block.text)):
            block.text = _TAG.sub("", found[3]).strip()
            block.segs = [(0, block.start, block.end)]
            self._heading(block, int(found[2] or 6))
        elif kind == "quote" and self.here.role in ("", "title") and _is_labelled(block):
            for child in block.children:
                alert = _ALERT.match(child.text)
                self._place(part_of(child, alert.end(), len(child.text)) if alert else child, None)
        elif not (self._labelled_parts(block) or (kind == "code" and self._directive(block))):
            self.here.blocks.append(block)

    def _paragraph(self, block: Block, after: Block | None) -> None:
        text = block.text
        if "\n" in text and (split := named_line(block)) is not None:
            for part in split:
                self._place(part, after)
        elif not (
            (text[:1] in _OPENS_SYNTAX and (_is_syntax(text) or self._admonition(block)))
            or (len(text) <= 2 * LABEL_LENGTH and self._acting_heading(block, after))
            or (may_be_labelled(block) and self._labels(block))
        ):
            self.here.blocks.append(block)

    def _directive(self, block: Block) -> bool:
        """A MyST directive such as ```` ```{admonition} Summary ```` is a section of that name."""
        info = str(block.info)
        name = _ADMONITION.sub("", ":::" + info).strip() if info.startswith("{") else ""
        if not name or meaning(name)[1] < 2:
            return False
        begin = _DIRECTIVE.match(block.text)
        lead = Piece(block, begin.end() if begin else 0, len(block.text.rstrip()))
        self._open(Section(name, "label", LABEL, block, lead=lead))
        self.here = self.here.parent or self.root
        return True

    def _heading(self, block: Block, level: int) -> None:
        text = block.text
        first = level == 1 and not self.root.children
        label = plain_label(text, 0) if ":" in text and not first else None
        if label is not None and (role := _told_by_heading(text, label)):
            section = Section(label[0], "label", max(level, LABEL), block, lead=Piece(block, label[1], len(text)))
            section.role = role if role in FIELDS else ""
            self._open(section)
            return
        title = _ANCHOR.sub("", text) if text.endswith("}") else text
        self._open(Section(title, "heading", level, block, when=entry_time(title)))

    def _acting_heading(self, block: Block, after: Block | None) -> bool:
        text = block.text
        if self.flat and (found := _HASH.match(text)) and "\n" not in text:
            level = 1 if not self.root.children else 2
            self._open(Section(found[1], "hash", level, block, when=entry_time(found[1])))
            return True
        bare = text.strip().rstrip(":").rstrip()
        if not bare or "\n" in bare:
            return False
        acts = _acts_as(block, bare, after)
        when = leading(text) if acts is not None else None
        if acts is None or (when is not None and not when.weak):
            return False  # a day or an entry of a timeline, whatever is bold in it
        form, level = acts
        self._open(Section(bare, form, level, block))
        return True

    def _admonition(self, block: Block) -> bool:
        """`:::danger TL;DR` begins a section of that name; `:::` alone says nothing."""
        text = block.text
        if not text.startswith(":::"):
            return False
        line, _, rest = text.partition("\n")
        name = _ADMONITION.sub("", line).strip(" []")
        if name and meaning(name)[1] >= 2:
            begin = len(line) + 1
            stop = len(text.rstrip().removesuffix(":::").rstrip())
            self._open(Section(name, "label", LABEL, block, lead=Piece(block, min(begin, stop), stop)))
        elif rest.strip():
            self.here.blocks.append(part_of(block, len(line) + 1, len(text)))
        return True

    def _labels(self, block: Block) -> bool:
        """`**Date**: …`, `Summary: …`: one section per labelled line; the lines before the first label stay a block."""
        pieces = labelled(block)
        if not pieces and self.here.form in ("label", "item", "table") and self.here.level == LABEL:
            pieces = self._unknown_label(block)
        if not pieces or trailing(block.text) is not None:
            return False  # the last: a status page's entry, `**Resolved** - …`, its time on the last line
        if pieces[0][1].begin > 0 and block.text[: pieces[0][2]].strip():
            self.here.blocks.append(block)
        for label, lead, _ in pieces:
            section = Section(label, "label", LABEL, block, lead=lead)
            self._open(section)
        if label_meaning(pieces[-1][0]) in FIELDS and pieces[-1][1].text.strip() and self.here.parent is not None:
            self.here = self.here.parent
        return True

    def _unknown_label(self, block: Block) -> list[tuple[str, Piece, int]]:
        """A label that the vocabulary does not know still ends the labelled section before it."""
        label = bold_label(block)
        return [(label[0], Piece(block, label[1], len(block.text)), 0)] if label else []

    def _labelled_parts(self, block: Block) -> bool:
        """Lists and tables whose parts are labels are sections; what follows them belongs to the section around."""
        found = (
            sections_of_list(block) if block.kind == "list" else sections_of_table(block) if block.kind == "table" else []
        )
        for section in found:
            self._open(section)
        if found and self.here.parent is not None:
            self.here = self.here.parent
        return bool(found)


def _acts_as(block: Block, bare: str, after: Block | None) -> tuple[str, int] | None:
    """The form and the level of a line that is a heading by its looks, its name or what follows; else None."""
    if block.marks and is_bold(block, bare):
        return "bold", BOLD
    if block.text.rstrip()[-1] in ":：":
        role, sure = meaning(bare)
        followed = after is not None and after.kind in ("list", "table")
        if (sure == 3 or (sure == 2 and (_is_short(bare) or (followed and len(bare) <= 50)))) and role not in FIELDS:
            return "line", BOLD
        if followed and _is_name(bare):
            return "line", LINE
    elif len(bare) <= 40 and after is not None and bare[0].isupper():
        role, sure = meaning(bare)
        if sure == 3 and role not in FIELDS:
            return "line", BOLD
    return None


_TOLD = frozenset(("summary", "impact", "cause", "trigger", "detection", "resolution"))


def _told_by_heading(text: str, label: tuple[str, int]) -> str:
    """`## Summary: the cache was down for an hour`: the role of what a heading both names and holds, else nothing."""
    role, rest = label_meaning(label[0]), text[label[1] :]
    if role in FIELDS:
        return role if rest.strip() else ""
    return role if role in _TOLD and rest.count(" ") >= 3 and not rest.startswith(("(", "[")) else ""


def _is_labelled(quote: Block) -> bool:
    return any(labelled(child) or _ALERT.match(child.text) for child in quote.children if child.kind == "para")


def _is_syntax(text: str) -> bool:
    """Lines of the site's own syntax: imports of MDX, MyST's anchors, a Liquid tag."""
    return len(text) <= 400 and bool(_SYNTAX.match(text.strip()))


def _is_short(text: str) -> bool:
    return text.count(" ") <= 4


def _is_name(text: str) -> bool:
    return (
        len(text) <= 50
        and text.count(" ") <= 4
        and not _NOT_A_NAME.search(text)
        and not text.rstrip().endswith((".", "!", "?"))
    )


def _is_signed(block: Block) -> bool:
    return block.kind == "para" and "\n" not in block.text and bool(_HASH.match(block.text))


def _is_flattened(blocks: Sequence[Block]) -> bool:
    """A docs page saved as text: no headings, but lines that end in the permalink sign."""
    signs = 0
    for block in blocks:
        if block.kind == "heading":
            return False
        if block.kind == "para" and block.text.rstrip()[-1:] in ("#", "¶", "🔗") and "\n" not in block.text:
            signs += 1
    return signs > 0
