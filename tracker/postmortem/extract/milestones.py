"""Which entries mark that impact started, was detected, mitigated, resolved: only where their words say so plainly."""

import re
from functools import lru_cache

from tracker.domain.claims import Milestone

_MARKS = (
    (
        Milestone.RESOLVED,
        re.compile(
            r"\b(?:incident|outage|issue|problem|störung|incidente?)\b[^.]{0,40}\b(?:is |was |marked (?:as )?"
            r"|declared |fully |considered )*(?:resolved|over|closed|ended|fixed|behoben|résolue?|resuelt[oa])\b"
            r"|\bfully (?:operational|restored|recovered|resolved)\b|\bservice (?:is |was )?(?:fully )?restored\b"
            r"|\b(?:outage|incident|impact) ends?\b|\bback to normal\b|\ball (?:systems|services) (?:are "
            r"|were )?(?:operational|normal|verified)"
            r"|\*?\*?(?:end of (?:outage|incident|impact)|incident resolved|resolved)\b|解消|復旧完了|恢复正常",
            re.I,
        ),
    ),
    (
        Milestone.MITIGATED,
        re.compile(
            r"\b(?:mitigated|mitigation (?:is |was )?(?:in place|applied|deployed|complete)|(?:hot)?fix (?:is "
            r"|was )?(?:deployed|applied|rolled out|in place)|rolled back|rollback (?:is |was )?(?:complete|done"
            r"|finished)"
            r"|temporarily resolved|workaround (?:is |was )?(?:in place|applied|deployed))\b",
            re.I,
        ),
    ),
    (
        Milestone.DETECTED,
        re.compile(
            r"\b(?:first (?:alert|report|notice)|alert(?:s|ed)? (?:is |was |were )?(?:triggered|fired|received"
            r"|discovered)|(?:first )?(?:noticed|detected|discovered|alerted|paged)|pager ?duty (?:alert|page)"
            r"|users? reports?|incident (?:is |was )?(?:detected|discovered|declared)|reports? (?:of|that)"
            r"|on-?call (?:is |was )?(?:paged|alerted)|bemerkt|entdeckt|détecté|検知)\b",
            re.I,
        ),
    ),
    (
        Milestone.IMPACT_STARTED,
        re.compile(
            r"\b(?:(?:outage|impact|incident|downtime|issue|problem)s? (?:starts?|started|begins?|began)"
            r"|start of (?:the )?(?:outage|impact|incident)|goes down|went down|is hard down"
            r"|becomes? (?:unresponsive|unavailable|unreachable)|became (?:unresponsive|unavailable|unreachable)"
            r"|stops? responding|starts? failing|started failing|(?:störung|ausfall) beginnt|発生)\b",
            re.I,
        ),
    ),
)

# What a pattern needs at least: a cheap test before the dear one, in the order of the patterns.
_STEMS = (
    (
        "resolv",
        "restor",
        "normal",
        "recover",
        "operational",
        " over",
        "closed",
        "ended",
        "ends",
        "end of",
        "fixed",
        "behoben",
        "résolu",
        "resuel",
        "解消",
        "復旧完了",
        "恢复正常",
    ),
    ("mitigat", "fix ", "rolled", "rollback", "temporarily", "workaround"),
    (
        "first ",
        "alert",
        "notic",
        "detect",
        "discover",
        "paged",
        "pager",
        "report",
        "declared",
        "bemerkt",
        "entdeckt",
        "détect",
        "検知",
    ),
    ("start", "beg", "down", "respon", "becom", "becam", "発生"),
)
_DENIED = re.compile(r"\b(?:not|no|never|nicht|pas|until|once|when|if|hoping|expected|will|should)\b[^.]{0,30}$", re.I)


@lru_cache(maxsize=2048)
def milestone(text: str) -> Milestone | None:
    """The milestone that an entry's words name, or None; plans and denials ("not yet resolved") do not count."""
    lower = text.lower()
    for (mark, pattern), stems in zip(_MARKS, _STEMS, strict=True):
        for stem in stems:
            if stem in lower:
                break
        else:
            continue
        found = pattern.search(text)
        if found and not _DENIED.search(text, max(0, found.start() - 60), found.start()):
            return mark
    return None
