"""Whether a page is a postmortem at all: in a folder of other pages only these are taken.

A docs folder also holds an index, templates to copy, guides on how to write one, runbooks and reports of planned work, and
each of them has dates, lists and headings that a postmortem has. So signs are added up, as a person leafing through would.
"""

import re
from dataclasses import dataclass

from tracker.domain.postmortem import Postmortem

ENOUGH = 3
# What went wrong, as titles, names of files and of folders say it. Whole words, in the languages of the vocabulary.
TROUBLE = (
    r"post-?\s?mortems?|incidents?|outages?|disruptions?|downtime|down|unreachable|unavailab\w+|fail\w*|crash\w*|broken?|"
    r"breach\w*|degrad\w+|leak\w*|compromis\w+|attack\w*|halt\w*|hung|hangs?|loss|lost|stuck|stalled?|full|slow\w*|"
    r"overload\w*|errors?|expired|deleted|problems?|issues?|interruption\w*|rca|retro(?:spective)?|"
    r"störung\w*|ausfall\w*|vorfall\w*|panne\w*|incidente?s?|incidencias?|ca[íi]da|interrup[cç]\w+|falha\w*|fallo\w*|"
    r"障害\w*|故障\w*|事故\w*|复盘"
)
TROUBLE_WORD = re.compile(rf"(?<![^\W_])(?:{TROUBLE})(?![^\W_])", re.IGNORECASE)
ABOUT_INCIDENTS = re.compile(r"post-?_?mortem|incident|outage|vorf[aä]lle|pannes|障害|故障", re.IGNORECASE)
TEMPLATE = re.compile(
    r"(?<![^\W_])(template|vorlage|plantilla|modelo|mod[èe]le|boilerplate|テンプレート|模板)(?![^\W_])", re.IGNORECASE
)
NOT_ONE = re.compile(
    r"(readme|contributing|changelog|license|code[-_]of[-_]conduct|security|authors|_?index|_?toc|\w*_toc|summary|glossary|faq)$",
    re.IGNORECASE,
)
GUIDE = re.compile(
    r"(?<!\w)(how to|guide(lines?)?|handbook|playbooks?|runbooks?|checklist|best practices|getting started|"
    r"policy|procedure|process)(?!\w)",
    re.IGNORECASE,
)
PLANNED = re.compile(
    r"(?<!\w)((re)?install\w*|set-?\s?up|setting-?\s?up|upgrad\w+|migration|mov(e|es|ing)|workshop|introduction|clean\w*)(?!\w)",
    re.IGNORECASE,
)
# In small letters. That the word begins there is asked behind its first letters: a pattern that begins with letters is found
# ten times as fast as one that begins with the edge of a word.
READER = re.compile(rb"you(?<!\wyou)(?:r|rs|rself)?\b")
ENDING = re.compile(r"\.\w+$")
LONG = 300  # words
TO_THE_READER = 9  # of a thousand words: a guide speaks to its reader, a report hardly ever does
MONTH = re.compile(r"(?<!\d)(19|20)\d\d[-_. ]?(0[1-9]|1[0-2])(?!\d)")
WEAK_DATES = frozenset({"summary", "front matter", "timeline"})  # every page of a site has the last, many the others


@dataclass(frozen=True, slots=True)
class Sign:
    points: int
    what: str


def is_postmortem(postmortem: Postmortem, path: str = "") -> bool:
    """Whether the page is a postmortem; `path` is the file's, with the folders it lies in (their names say something)."""
    page = _Page(postmortem, path or postmortem.name)
    points = sum(points for holds, points, _ in page.speaks_for() if holds)
    if points < ENOUGH:  # what speaks against it makes it no more
        return False
    return points + sum(points for holds, points, _ in page.speaks_against() if holds) >= ENOUGH


def signs(postmortem: Postmortem, path: str) -> list[Sign]:
    """What speaks for and against it, each with its points."""
    page = _Page(postmortem, path)
    return [Sign(points, what) for holds, points, what in (*page.speaks_for(), *page.speaks_against()) if holds]


class _Page:
    """A page with what a glance at it tells."""

    def __init__(self, postmortem: Postmortem, path: str) -> None:
        *folders, name = path.split("/")
        self.it = postmortem
        self.stem = ENDING.sub("", name)
        self.folders = folders[-4:]
        self.called = f"{postmortem.title.value if postmortem.title else ''} {self.stem.replace('_', ' ')}"
        self.timed = sum("T" in (entry.start.local or "") for entry in postmortem.timeline)
        self.trouble = bool(TROUBLE_WORD.search(self.called))
        self.cause = postmortem.root_cause is not None and not postmortem.root_cause.inferred
        date = postmortem.date
        self.dated = (date is not None and date.rule not in WEAK_DATES) or bool(MONTH.search(self.stem))

    def speaks_for(self) -> tuple[tuple[bool, int, str], ...]:
        it, lessons = self.it, self.it.lessons
        return (
            (self.timed > 1, 4, "a timeline with times"),
            (self.timed <= 1 and bool(it.timeline), 3 if self.timed or self.dated else 1, "a timeline"),
            (bool(it.items), 3, "action items"),
            (self.cause, 2, "a root cause"),
            (it.root_cause is not None and not self.cause, 1, "a paragraph that gives a cause"),
            (bool(it.factors), 1, "contributing factors"),
            (any((lessons.went_well, lessons.went_wrong, lessons.lucky)), 2, "lessons"),
            (bool(lessons.other), 1, "a lesson"),
            (it.impact is not None and not it.impact.inferred, 1, "an impact"),
            (self.dated, 1, "a date of its own"),
            (self.trouble, 2, "a title that says what went wrong"),
            (any(ABOUT_INCIDENTS.search(part) for part in self.folders), 2, "lies among incidents"),
        )

    def speaks_against(self) -> tuple[tuple[bool, int, str], ...]:
        """What takes time to look for comes last in each, since most pages are decided by what does not."""
        it, timed, undated = self.it, bool(self.timed), self.it.date is None
        is_report = timed or self.dated
        return (
            (not it.is_one and undated and not self.dated, -2, "no date"),
            (undated and not self.cause and not timed and self._words() > LONG, -3, "a long page without a date or a cause"),
            (bool(TEMPLATE.search(self.called)), -12, "a template"),
            (not timed and bool(NOT_ONE.match(self.stem)), -6, "an index or a page about the project"),
            (not is_report and bool(GUIDE.search(self.called)), -4, "a guide"),
            (not (timed or self.trouble or self.cause) and bool(PLANNED.search(self.called)), -3, "planned work"),
            (not is_report and self._speaks_to_its_reader(), -6, "a guide: it speaks to its reader"),
            (self._is_reference(), -6, "a reference: tables, of which no row has an owner, a day or a ticket"),
        )

    def _words(self) -> int:
        """About: counting them well takes longer than reading."""
        return self.it.source.count(b" ") + self.it.source.count(b"\n")

    def _speaks_to_its_reader(self) -> bool:
        words = self._words()
        return words > 60 and 1000 * len(READER.findall(self.it.source.lower())) > TO_THE_READER * words

    def _is_reference(self) -> bool:
        """A page that explains things in tables: nothing that happened, and what reads as tasks is a table's cells.

        A table under a heading “State | Done” looks like tasks; of real ones somebody owns one, or it is due or asked for
        somewhere.
        """
        it = self.it
        if it.timeline or self.dated or self.trouble or not it.items:
            return False
        lines = it.source.splitlines()
        return all(
            lines[item.line - 1].lstrip().startswith(b"|") and not (item.owners or item.due or item.priority or item.links)
            for item in it.items
        )


def why_not(postmortem: Postmortem, path: str) -> str:
    """What most speaks against a page that was not taken for a postmortem, as the end of a sentence."""
    if not postmortem.is_one:
        return "no timeline, no action items found."
    return f"reads as {min(signs(postmortem, path), key=lambda sign: sign.points).what}."


def says_something(postmortem: Postmortem) -> bool:
    """Whether anything but its title was understood: enough for a page that a person pointed at."""
    lessons = postmortem.lessons
    return bool(
        postmortem.timeline
        or postmortem.items
        or postmortem.root_cause
        or postmortem.factors
        or postmortem.summary
        or postmortem.impact
        or any((lessons.went_well, lessons.went_wrong, lessons.lucky, lessons.other))
    )
