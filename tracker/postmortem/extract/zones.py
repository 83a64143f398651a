"""The zone that a document names for its times."""

import re
from collections.abc import Iterator

from tracker.domain.postmortem import Read, Span
from tracker.postmortem.blocks import Block
from tracker.postmortem.calendar_words import ZONE
from tracker.postmortem.extract.document import Document, is_placeholder
from tracker.postmortem.extract.fields import field
from tracker.postmortem.extract.text import one_line
from tracker.postmortem.section import Section
from tracker.postmortem.when import entry_time

_CITIES = (
    "London|Paris|Berlin|Vienna|Zurich|Amsterdam|Madrid|Rome|Oslo|Stockholm|Copenhagen|Helsinki|Warsaw|Prague"
    "|Lisbon|Dublin|Athens|Moscow|Istanbul|New York|San Francisco|Los Angeles|Seattle|Chicago|Denver|Toronto|Tokyo"
    "|Seoul|Beijing|Shanghai|Singapore|Sydney|Melbourne|Auckland|Delhi|Mumbai"
)
_ZONE_HERE = re.compile(
    rf"(?:ime ?s?(?:zone|tamps?)?\b(?:\s+(?:is|are|all|given|listed|shown|reported|provided|documented"
    rf"|expressed|in|noted|below|approximate|zone|stamps?|here|the|local"
    rf"|quoted|stated|logged|document|report|post|page|this|following|use|using|were|recorded|unless|otherwise|displayed))*|ocumented"
    rf"|eit(?:en|angaben)(?: sind)?(?: in)?|eures?|oras?|or[aá]rios?)"
    rf"[\s:=,(*_]{{0,4}}(?:in |are |is |the |de |en |em |son |sont en |sind in |: "
    rf"|UTC/)?[\[(*_`]{{0,3}}(?P<zone>(?:Coordinated Universal Time \(UTC\))|{ZONE}|(?:Eastern|Pacific"
    rf"|Central|Mountain)(?![^\W_])|(?<=\()[A-Z][a-z]{{2,12}}(?=\))|(?:{_CITIES})(?= time))",
)
_ZONE_ALONE = re.compile(
    rf"(?<![\w/])(?P<zone>{ZONE}|(?:(?<=imes )|(?<=\())(?:Eastern|Pacific|Central|Mountain)"
    rf"|(?:{_CITIES})(?= time)|(?<=de )(?:{_CITIES})"
    rf"|[+-](?:0\d|1[0-4]):[0-5]\d)(?![^\W_])"
)
ZONE_LIMIT = 50_000  # characters of a document in which its zone is looked for
_ZONE_BEGINS = re.compile("[A-ZhB日北+-]")
# What a sentence about the times begins with, the surest first; most documents have not even the first letters of most.
_WORDS_FOR_TIMES = tuple(
    (letters, re.compile(letters + rest))
    for letters, rest in (
        ("ime", "(?=s[ :(]|zone| zone|stamps)"),
        ("ocumented in", ""),
        ("eiten ", ""),
        ("eitangaben ", ""),
        ("eures ", ""),
        ("oras ", ""),
        ("orário", ""),
        ("orarios", ""),
    )
)
# `14:05`, `14h05`, `2 pm`, from its last digits on: a pattern that begins with a digit is searched 3 times as fast.
_CLOCK = re.compile(r"[0-9](?:(?<=[:hH][0-5])[0-9]| ?[apAP]\.?[mM]\.?\b)")
_ZONE_BEHIND = re.compile(
    rf"(?::\d\d)?(?:\s?[apAP]\.?[mM]\.?)?[*_`]{{0,2}}[\s(]{{1,2}}(?P<zone>{ZONE}|(?:Pacific|Eastern"
    rf"|Mountain|Central)(?![^\W_]))(?![^\W_])"
)


def zone(doc: Document) -> Read[str] | None:
    """The zone that the document names for its times: in the timeline's heading, remarks or header, or a sentence."""
    if (piece := field(doc, "zone")) and not is_placeholder(piece.text):
        return Read(one_line(piece.text), piece.span, "labelled line", "a line labelled as the time zone")
    for key in ("timezone", "time_zone", "tz"):
        if (value := doc.source.front.get(key)) and value.value:
            return Read(value.value, value.span, "front matter", f"{key} in the front matter")
    for section in doc.sections("timeline"):
        for block, at, where in _zone_places(section):
            if found := _zone_alone(block.text[:300], at):
                return _zone(block, found, f"in the {where} of the timeline")
    body = doc.source.body
    for letters, words in _WORDS_FOR_TIMES:
        for place in words.finditer(body, 0, ZONE_LIMIT) if letters in body else ():
            if found := _ZONE_HERE.match(body, place.start()):
                return _zone_in_body(doc, found, "zone", "a sentence about the document's times")
    return None


def _zone_alone(text: str, at: int) -> re.Match[str] | None:
    """The first zone in a text. Looked for only at the signs that one begins with: five times as fast as a search."""
    for sign in _ZONE_BEGINS.finditer(text, at):
        at = sign.start()
        if (sign[0] != "h" or text.startswith("hor", at)) and (found := _ZONE_ALONE.match(text, at)):
            return found
    return None


def _zone_in_body(doc: Document, found: re.Match[str], group: str, because: str) -> Read[str]:
    begin = doc.source.base + len(doc.source.body[: found.start(group)].encode())
    return Read(found[group].strip(), Span(begin, begin + len(found[group].encode())), "zone", because)


def _zone_places(section: Section) -> Iterator[tuple[Block, int, str]]:
    """Where a timeline names its zone: its heading behind a date, a remark that is no entry, the header of its table."""
    if section.head is not None and section.form != "label":
        yield section.head, section.when.stop if section.when is not None else 0, "heading"
    for block in section.blocks[:4]:
        if block.kind == "table":
            for cell in block.children[0].children[:3]:
                yield cell, 0, "table header"
        elif block.kind in ("para", "quote"):
            leaf = next(block.leaves(), None)
            if leaf is None:
                continue
            when = entry_time(leaf.text)
            line = leaf.text.partition("\n")[0]
            if when is None and len(leaf.text) <= 300:
                yield leaf, 0, "remark"
            elif when is not None and not when.has_clock and len(line) <= 120:
                yield leaf, when.stop, "day line"


def zone_of_prose(doc: Document) -> Read[str] | None:
    """The zone behind the first clock time in the text, where neither the timeline nor a sentence names one."""
    for clock in _CLOCK.finditer(doc.source.body, 0, ZONE_LIMIT):
        if found := _ZONE_BEHIND.match(doc.source.body, clock.end()):
            return _zone_in_body(doc, found, "zone", "behind a time in the text")
    return None


def _zone(block: Block, found: re.Match[str], because: str) -> Read[str]:
    span = Span(block.byte(found.start("zone")), block.byte_end(found.end("zone")))
    return Read(found["zone"].strip(), span, "zone", because)
