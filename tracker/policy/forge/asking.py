"""Asking a forge's API for JSON: pages, ETags, a budget of requests, and refusals as what they are, not as answers."""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from tracker.policy.addresses import AddressRefused
from tracker.policy.forge.values import ForgeSilent, NotThere, OutOfRequests
from tracker.policy.http_client import Answer, Client, Unanswered

PAGE = 100
MOST_BYTES = 8 * 1024 * 1024
SECONDS = 15.0  # for one request
KEPT_FOR_OTHERS = 5  # requests of the forge's own limit that are left alone
NEXT = re.compile(r'<([^>]+)>;\s*rel="next"')

Slim = Callable[[Any], Any]


@dataclass
class Asking:
    """One round of questions to one forge. `tags` keeps what earlier rounds were told, by path, and is changed in place.

    What is kept is slimmed down first (`slim`), so that a row can hold it; what a round does not ask again is dropped by
    `kept_tags`. `budget` is how many requests the round may make; one that is answered 304 counts like the others.
    """

    name: str  # GitHub
    base: str
    headers: Mapping[str, str]
    http: Client
    budget: int
    deadline: float  # of the round, by time.monotonic()
    tags: dict[str, Any] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _left: int | None = None  # by the forge's own count
    _until: datetime | None = None

    def one(self, path: str, slim: Slim, **query: str) -> Any:
        """The answer to one request, slimmed. Raises `NotThere`, `OutOfRequests`, `ForgeSilent`."""
        return self._ask(self._path(path, query), slim)[0]

    def all(self, path: str, slim: Slim, *, at_most: int, **query: str) -> list[Any]:
        """The rows of a list over its pages, `at_most` of them. `slim` takes the whole answer and gives rows."""
        rows: list[Any] = []
        onward: str | None = self._path(path, {"per_page": str(min(PAGE, at_most)), **query})
        while onward is not None and len(rows) < at_most:
            page, onward = self._ask(onward, slim)
            rows += page
        return rows[:at_most]

    def kept_tags(self) -> dict[str, Any]:
        """What to keep for the next round."""
        return {path: kept for path, kept in self.tags.items() if path in self._used}

    def _path(self, path: str, query: Mapping[str, str]) -> str:
        return f"{path}?{urlencode(sorted(query.items()))}" if query else path

    def _ask(self, path: str, slim: Slim) -> tuple[Any, str | None]:
        known = self.tags.get(path)
        answer = self._request(path, {"If-None-Match": known["etag"]} if known else {})
        if answer.status == 304 and known:
            self._used.add(path)
            return known["told"], known["next"]
        if answer.status != 200:
            raise self._refusal(answer)
        if answer.cut:
            raise ForgeSilent(f"{self.name} said more than is read at once.")
        try:
            told = slim(json.loads(answer.body))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise ForgeSilent(f"{self.name} answered in a form that is not known ({type(error).__name__}).") from None
        onward = self._onward(answer)
        if tag := answer.headers.get("etag"):
            self.tags[path] = {"etag": tag, "told": told, "next": onward}
            self._used.add(path)
        return told, onward

    def _request(self, path: str, more: Mapping[str, str]) -> Answer:
        if self.budget <= 0:
            raise OutOfRequests(f"This round has asked {self.name} as often as it may; the next one goes on.")
        if self._left is not None and self._left <= KEPT_FOR_OTHERS:
            raise OutOfRequests(f"{self.name} takes hardly any more requests for now.", self._until)
        self.budget -= 1
        try:
            answer = self.http.ask(
                f"{self.base}{path}",
                deadline=min(self.deadline, time.monotonic() + SECONDS),
                headers={**self.headers, **more},
                follow_redirects=True,  # a renamed repo; to another host nothing of the headers goes along
                max_bytes=MOST_BYTES,
            )
        except Unanswered as nobody:
            raise ForgeSilent(f"{self.name} did not answer: {str(nobody)[0].lower()}{str(nobody)[1:]}") from None
        except AddressRefused as refused:
            raise ForgeSilent(str(refused)) from None
        self._count(answer.headers)
        return answer

    def _count(self, headers: Mapping[str, str]) -> None:
        left = headers.get("x-ratelimit-remaining") or headers.get("ratelimit-remaining")
        until = headers.get("x-ratelimit-reset") or headers.get("ratelimit-reset")
        if left and left.isdecimal():
            self._left = int(left)
        if until and until.isdecimal():
            self._until = datetime.fromtimestamp(int(until), UTC)

    def _onward(self, answer: Answer) -> str | None:
        """The path of the next page; only on the same API, since the token goes along."""
        found = NEXT.search(answer.headers.get("link", ""))
        if not found:
            return None
        there, here = urlsplit(found[1]), urlsplit(self.base)
        if (there.scheme, there.netloc) != (here.scheme, here.netloc) or not there.path.startswith(here.path):
            return None
        return there.path.removeprefix(here.path) + (f"?{there.query}" if there.query else "")

    def _refusal(self, answer: Answer) -> ForgeSilent:
        again = answer.headers.get("retry-after", "")
        empty = answer.headers.get("x-ratelimit-remaining") == "0" or answer.headers.get("ratelimit-remaining") == "0"
        if answer.status == 429 or (answer.status == 403 and (again or empty)):
            until = datetime.now(UTC) + timedelta(seconds=int(again)) if again.isdecimal() else self._until
            return OutOfRequests(f"{self.name} takes no more requests for now.", until)
        if answer.status == 401:
            return ForgeSilent(f"{self.name} does not know the token, or wants one: set it anew.")
        if answer.status == 404:
            return NotThere(f"{self.name} says that it is not there, or that this may not be seen (404).")
        if answer.status == 403:
            return ForgeSilent(f"{self.name} does not let this be seen (403): the token has not the right to read it.")
        return ForgeSilent(f"{self.name} answered {answer.status}.")
