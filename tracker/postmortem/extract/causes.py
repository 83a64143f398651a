"""The root cause: its section, else what stands in for it, else the sentence whose words name a cause."""

import re
from collections.abc import Iterator, Sequence

from tracker.domain.postmortem import Passage, Span
from tracker.postmortem.blocks import Block
from tracker.postmortem.extract.document import Document
from tracker.postmortem.extract.passages import passage
from tracker.postmortem.extract.text import plain
from tracker.postmortem.section import FIELDS, Section

_CAUSE_SENTENCE = re.compile(
    r"\b(?:the (?:root |underlying |main |ultimate |actual )?cause (?:of|was|is|turned out)"
    r"|root cause (?:was|is|of|as)|was caused by|were caused by|is caused by"
    r"|(?:the )?(?:underlying|root) (?:issue|problem) (?:was|turned out)|stem(?:s|med)? from"
    r"|turned out to be|die ursache|ursache (?:war|ist)|la cause)\b",
    re.I,
)
_ROOT_CAUSE_IS = re.compile(r"\broot cause (?:was|is|as|turned out)\b|\bidentif\w+ the (?:root )?cause\b", re.I)
# Only paragraphs with one of these words, in lower case, are looked at: plain searches, ten times as fast as a pattern.
_CAUSE_WORDS = (
    "cause",
    "due to",
    "underlying",
    "stem from",
    "stems from",
    "stemmed",
    "turned out",
    "ursache",
    "aufgrund",
    "resulted from",
)
_DUE_TO = re.compile(r"\b(?:due to|because of|as a result of|resulted from|aufgrund|durch)\b", re.I)
# What each pattern needs at least, in lower case: a search for words costs a tenth of the pattern's.
_NEEDED = {
    _ROOT_CAUSE_IS: ("root cause", "identif"),
    _CAUSE_SENTENCE: (
        "cause of",
        "cause was",
        "cause is",
        "cause turned",
        "root cause",
        "caused by",
        "underlying ",
        "root issue",
        "root problem",
        "stem from",
        "stems from",
        "stemmed from",
        "turned out",
        "ursache",
        "la cause",
    ),
    _DUE_TO: ("due to", "because of", "as a result of", "resulted from", "aufgrund", "durch"),
}


def root_cause(doc: Document) -> Passage | None:
    """The cause's section; else factors, the trigger, what went wrong in prose, or a sentence that names the cause."""
    for role in ("cause", "factors", "trigger"):
        if found := passage(doc, role):
            return found
    places = _causal(doc)
    if found := _by_sentence(doc, places, (_ROOT_CAUSE_IS,)):
        return found
    for section in doc.sections("wrong"):
        if section.blocks and section.parent is not None and section.parent.role != "lessons":
            text = plain(section.blocks)
            return _inferred(doc, section, section.blocks, text, "what went wrong, where no cause is named")
    return _by_sentence(doc, places, (_CAUSE_SENTENCE, _DUE_TO))


def _inferred(doc: Document, section: Section, blocks: list[Block], text: str, because: str) -> Passage:
    span = Span(blocks[0].start, blocks[-1].end)
    return Passage(section.title or None, text, doc.source.line(span.start), span, "cause in other words", because, True)


_Told = tuple[Section, Block, str]  # a paragraph and its text in small letters


def _causal(doc: Document) -> list[_Told]:
    """The paragraphs that may name a cause."""
    places: list[_Told] = []
    for section in doc.all:
        if section.blocks and section.role not in _NO_CAUSES:
            for block in section.blocks[:20]:
                if block.kind == "para" and _speaks(lower := block.text[:2000].lower(), _CAUSE_WORDS):
                    places.append((section, block, lower))
    return places


_NO_CAUSES = FIELDS | {"timeline", "actions", "well", "lucky"}


def _speaks(lower: str, phrases: tuple[str, ...]) -> bool:
    for words in phrases:  # noqa: SIM110 - a loop: half the time of `any`
        if words in lower:
            return True
    return False


def _by_sentence(doc: Document, places: list[_Told], patterns: Sequence[re.Pattern[str]]) -> Passage | None:
    """The first paragraph whose words name a cause, by the surest of the patterns first."""
    for pattern in patterns:
        needed = _NEEDED[pattern]
        for section, block, lower in places:
            if pattern is _DUE_TO and section.role not in ("other", "resolution", ""):
                continue
            if _speaks(lower, needed) and (found := _search(pattern, block.text, lower)):
                return _sentence(doc, section, block, found.start())
    return None


def _search(pattern: re.Pattern[str], text: str, lower: str) -> re.Match[str] | None:
    """The first match in the first 2000 characters; one for the root cause begins with what it needs."""
    if pattern is not _ROOT_CAUSE_IS or len(lower) != len(text[:2000]):
        return pattern.search(text, 0, 2000)
    found = [place for words in _NEEDED[pattern] for place in _places(words, lower)]
    return next((match for at in sorted(found) if (match := pattern.match(text, at, 2000))), None)


def _places(words: str, lower: str) -> Iterator[int]:
    at = lower.find(words)
    while at >= 0:
        yield at
        at = lower.find(words, at + 1)


def _sentence(doc: Document, section: Section, block: Block, at: int) -> Passage:
    text = block.text
    begin = max(text.rfind(". ", 0, at), text.rfind(".\n", 0, at))
    begin = begin + 2 if begin >= 0 else 0
    while begin < len(text) and text[begin] in " \n":
        begin += 1
    span = Span(block.byte(begin), block.byte_end(len(text)))
    return Passage(
        section.title or None,
        text[begin:],
        doc.source.line(span.start),
        span,
        "sentence that names the cause",
        "its words name a cause",
        True,
    )
