"""The zone that a document names for its times."""

import re
from collections.abc import Iterator

from tracker.domain.postmortem import Read, Span
from tracker.postmortem.blocks import Block
from tracker.postmortem.calendar_words import ZONE, ZONE_WORDS
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
_WORD_OF_ZONE = re.compile(r"[A-Zh日北+-](?<![\w/].)(?:(?<=[A-Zh])[A-Za-z]*)?")
_FIRST_WORDS = ZONE_WORDS | {"hor", *(city.split()[0] for city in _CITIES.split("|"))}
# What a sentence about the times begins with. Each pattern begins with one letter: so it is searched four times as fast.
_TIMES = re.compile("m(?:(?<=im)e(?=s[ :(]|zone| zone|stamps)|(?<=ocum)ented in)")
_IN_OTHER_LANGUAGES = tuple(
    re.compile(words)
    for words in (
        "z(?=eit(?:en|angaben) )",
        "Z(?=eit(?:en|angaben) )",
        "h(?:eures |oras |or[aá]rio)",
        "H(?:eures |oras |or[aá]rio)",
    )
)
# `14:05`, `14h05`, `2 pm`, from the sign that the search leaps to.
_CLOCKS = tuple(
    re.compile(sign)
    for sign in (
        r":[0-5][0-9](?=(?::\d\d)?(?:\s?[apAP]\.?[mM]\.?)?[*_`]{0,2}[\s(]{1,2}[A-Zh日北])",
        "h[0-5][0-9]",
        "H[0-5][0-9]",
        r"m(?<=[apAP.].)(?:(?<=[0-9][apAP].)|(?<=[0-9] [apAP].)|(?<=[0-9][apAP]\..)|(?<=[0-9] [apAP]\..))\.?\b",
        r"M(?<=[apAP.].)(?:(?<=[0-9][apAP].)|(?<=[0-9] [apAP].)|(?<=[0-9][apAP]\..)|(?<=[0-9] [apAP]\..))\.?\b",
    )
)
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
    if found := _told(doc.source.body):
        return _zone_in_body(doc, found, "zone", "a sentence about the document's times")
    return None


def _told(body: str) -> re.Match[str] | None:
    """The sentence that names the zone of the document's times; one about times is surer than `documented in UTC`."""
    documented: re.Match[str] | None = None
    for place in _TIMES.finditer(body, 0, ZONE_LIMIT):
        if place[0] == "me":
            if found := _ZONE_HERE.match(body, place.start() - 1):
                return found
        elif documented is None:
            documented = _ZONE_HERE.match(body, place.start() - 3)
    if documented is not None:
        return documented
    for words in _IN_OTHER_LANGUAGES:
        for place in words.finditer(body, 0, ZONE_LIMIT):
            if found := _ZONE_HERE.match(body, place.start() + 1):
                return found
    return None


def _zone_alone(text: str, at: int) -> re.Match[str] | None:
    """The first zone in a text. Looked for only at the words that one begins with: ten times as fast as a search."""
    for word in _WORD_OF_ZONE.finditer(text, at):
        letters = word[0]
        plausible = letters in _FIRST_WORDS or letters[0] in "日北+-"
        if plausible and (found := _ZONE_ALONE.match(text, word.start())):
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
    body, end, first = doc.source.body, ZONE_LIMIT, None
    for clocks in _CLOCKS:
        for clock in clocks.finditer(body, 0, end):
            if found := _ZONE_BEHIND.match(body, clock.end()):
                first, end = found, clock.start()  # only an earlier one would be taken instead
                break
    return _zone_in_body(doc, first, "zone", "behind a time in the text") if first is not None else None


def _zone(block: Block, found: re.Match[str], because: str) -> Read[str]:
    span = Span(block.byte(found.start("zone")), block.byte_end(found.end("zone")))
    return Read(found["zone"].strip(), span, "zone", because)
