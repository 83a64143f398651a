"""The words that tell an action item from an explanation, a remark, a chore, and what is done from what is to do."""

import re

NUMBERED = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2})+[.)]?\s+|\(?\d{1,2}[.)]|AI[- ]?\d+|#\d+|[A-Z]{1,3}-?\d{1,3}[:.)])\s*")
EXPLAINS = re.compile(
    r"^(?:these are (?:only )?sample|every action item|each action item|list (?:of|the)|the following"
    r"|below|here(?:'s| are| is)|for example"
    r"|as a result|we (?:have )?(?:identified|created|come up with|decided on|will take|are taking"
    r"|plan to take) (?:the following|several|a number|these)"
    r"|action items? (?:should|must|are|from)|note:|please|what (?:are|is|will)|see also|this section"
    r"|describe|how (?:do|can|will) we"
    r"|to (?:prevent|avoid|ensure|reduce|mitigate|improve|address)[^.]{0,160}(?:following|these|:)"
    r"|in order to[^.]{0,160}(?:following|:)|(?:there are|we have identified) (?:several|a few|two|three"
    r"|some)[^.]{0,160}:$|in some cases|all times|not this one)",
    re.I,
)
_PAST = re.compile(
    r"^(?:we|i|they|the team|this|it|all|both)\s+(?:have |has |had |'ve )?(?:already )?(?:been )?(?:added"
    r"|fixed|implemented|deployed|rolled out|updated|changed|removed"
    r"|created|upgraded|moved|installed|enabled|increased|introduced|completed|resolved|set up|replaced"
    r"|merged|configured|disabled|migrated)\b",
    re.I,
)
_PASSIVE = re.compile(
    r"\b(?:was|were|has been|have been)(?: \w+ly| now| already)? (?:added|fixed|implemented|deployed"
    r"|rolled out|updated|changed|removed|created|upgraded|moved"
    r"|installed|enabled|increased|introduced|completed|replaced|merged|configured|disabled"
    r"|migrated)\b[^.;]{0,60}[.!]?(?:\s*https?:\S+)?\s*$",
    re.I,
)
AHEAD = re.compile(
    r"\b(?:will|should|need|must|to be|plan|planned|pending|consider|would|could|can|still|not|todo"
    r"|going to|look into|investigate|ongoing|so that we|in progress)\b",
    re.I,
)
NOUN_DONE = re.compile(
    r"\S+(?: \S+){0,3} (?:scheduled|configured|documented|added|deployed|fixed|implemented|created|updated"
    r"|installed|enabled|completed|removed|increased|merged)"
    r"(?: (?:by )?`?@\S+)?\s*$",
    re.I,
)
DETAIL = re.compile(
    r"\s*(?:description|details?|owner|status|due|assignee|rationale|why|notes?|priority|ticket|action"
    r"|impact|goal|benefit)\s*:",
    re.I,
)
REMARK = re.compile(
    r"\s*(?:tracked|tracking|see|ticket|issues?|pr\b|done|owner|status|links?|ref|note|due|assignee"
    r"|assigned|jira|filed|fixed|completed|https?:|@|#\d|depends|related)",
    re.I,
)
BULLET_LINE = re.compile(r"(?m)^[ \t]*(?:[•●▪‣◦·–—]|\(?(?:\d{1,2}|[a-h]|[ivx]{1,4})[.)])[ \t]+")


_OF_THE_REPORT = re.compile(
    r"^(?:all |the |this |each |every )*(?:incident|outage|sections?|title|report|document|template|summary|timeline|impact"
    r"|root cause|post-?mortem|retrospective|after-action|action(?:able)? items?|stakeholders?|lessons)\b[^.]{0,60}?"
    r"\b(?:is|are|has|have)\b[^.]{0,60}\b(?:over|dealt with|filled|cleaned|linked|issues?|tickets?|completed?|written"
    r"|reviewed|published|shared|agreed|assigned|done|added|identified|resolved|informed)\b",
    re.I,
)


def is_checklist_of_the_report(texts: list[str]) -> bool:
    """Whether a list asks of the report itself whether it is finished ("sections above are filled out"): DESIGN §5.

    One such sentence among others may be an item; three that are all of this kind are a template's closing checklist.
    """
    return len(texts) >= 3 and all(_OF_THE_REPORT.match(text.strip()) for text in texts)


def is_told_as_done(text: str) -> bool:
    """Whether an item's own sentence tells what has been done: “We added …”, “… was installed.”"""
    bare = text.strip()
    lower = bare.lower()
    passive = "was " in lower or "were " in lower or "been " in lower
    told = _PAST.match(bare) or (passive and _PASSIVE.search(bare))
    return bool(told) and not AHEAD.search(bare)


def is_question_or_chore(text: str) -> bool:
    bare = text.strip()
    if not bare.endswith((":", "?")):
        return False
    return bool(bare.endswith(":") and EXPLAINS.match(bare)) or bare.casefold() in (
        "other ideas?",
        "other?",
        "anything else?",
    )
