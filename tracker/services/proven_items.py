"""Whether what a policy says of an item fits it: keys belong to one database, and a wrong one proves nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from tracker.domain.claims import Visibility
from tracker.domain.folding import distinct_words
from tracker.policy.model import Policy, key_of, words_of
from tracker.policy.problems import Problem, Source
from tracker.store.models import ActionItem, Incident, Mention, Person
from tracker.store.visibility import visible_to

ALIKE = 85  # of 100, for two words: merge and merges, admin and admins
ENOUGH = 0.5  # of the words that carry meaning
# Words that stand in any sentence about anything.
EMPTY = frozenset(
    [
        "a",
        "all",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "by",
        "do",
        "does",
        "for",
        "from",
        "has",
        "have",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "no",
        "not",
        "of",
        "on",
        "or",
        "so",
        "that",
        "the",
        "their",
        "there",
        "this",
        "to",
        "up",
        "we",
        "when",
        "which",
        "while",
        "who",
        "will",
        "with",
    ]
)


def misfits(session: Session, policy: Policy, source: Source, *, seen_by: Person | None = None) -> Iterator[Problem]:
    """A problem for each entry of `proves` that does not fit its item; one statement.

    Without `seen_by` (a token of CI) an item that only restricted incidents mention does not exist.
    """
    entries = [
        (check, ("checks", n, "proves", m), one)
        for n, check in enumerate(policy.checks)
        for m, one in enumerate(check.proves)
    ]
    texts = texts_of_items(session, {key_of(entry) for _, _, entry in entries}, seen_by=seen_by)
    for check, path, entry in entries:
        key, words = key_of(entry), words_of(entry)
        if key not in texts:
            message = f"`{check.id}` proves {key}, no action item of this tracker."
            yield source.error(path, message, "Look it up on the item's page.")
        elif words and not any(fits(words, text) for text in texts[key]):
            message = f"`{check.id}` proves {key} as “{words}”, but that says “{shorten(texts[key][0])}”."
            yield source.error(path, message, "Correct the key or the words.")


def texts_of_items(session: Session, keys: Iterable[str], *, seen_by: Person | None) -> dict[str, list[str]]:
    """What each item says that may be seen, newest mention first; an item that was joined to another counts as that one."""
    may_see = visible_to(seen_by) if seen_by is not None else _visible_to_ci()
    joined = sa.orm.aliased(ActionItem)
    query = (
        sa.select(ActionItem.key, Mention.text, Mention.group_)
        .outerjoin(joined, joined.id == ActionItem.joined_to)
        .join(Mention, Mention.action_item_id.in_((ActionItem.id, joined.id)))
        .join(Incident, Incident.id == Mention.incident_id)
        .where(ActionItem.key.in_(list(keys)), may_see)
        .order_by(ActionItem.id, Mention.id.desc())
    )
    found: dict[str, list[str]] = defaultdict(list)
    for row in session.execute(query):
        found[row.key].append(f"{row.text} ({row.group_})" if row.group_ else row.text)
    return dict(found)


def _visible_to_ci() -> sa.ColumnElement[bool]:
    return sa.and_(Incident.hidden_at.is_(None), Incident.visibility != Visibility.RESTRICTED)


def fits(words: str, text: str) -> bool:
    """Whether at least half of the words that carry meaning stand in `text`, give or take an ending."""
    wanted = distinct_words(words) - EMPTY
    there = distinct_words(text)
    found = sum(any(fuzz.ratio(word, other) >= ALIKE for other in there) for word in wanted)
    return not wanted or found / len(wanted) >= ENOUGH


def shorten(text: str, most: int = 80) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
