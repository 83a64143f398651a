"""`http`: something answers at an address, `need` times in a row. No answer is a *fail*: being online is the question."""

import json
import re
import time
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from tracker.policy.kinds.context import Context, CouldNotFindOut, could_not_find_out, failed, passed
from tracker.policy.kinds.texts import expand, redact
from tracker.policy.values import Observation

if TYPE_CHECKING:
    from tracker.policy.http_client import Answer
    from tracker.policy.parameters import Expect, HttpParams

SPARE_SECONDS = 0.25  # to answer in, before whoever runs the checks stops waiting
LONGEST_TRY_SECONDS = 10.0
SIGN_IN = re.compile(r"(^|[/_.-])(log-?in|sign-?in|sso|saml2?|oauth2?|authorize)([/_.?-]|$)", re.IGNORECASE)


@dataclass
class _Tries:
    """What was tried so far; `good` counts the good answers in a row."""

    good: int = 0
    told: list[dict[str, Any]] = field(default_factory=list)
    last: "Answer | None" = None
    problem: str = "no time was left to try"
    secrets: AbstractSet[str] = frozenset()  # what was looked up for this check

    def note(self, answer: "Answer | None", problem: str | None) -> None:
        self.last = answer or self.last
        self.good = 0 if problem else self.good + 1
        self.problem = problem or self.problem
        found = {"status": answer.status, "ms": answer.ms} if answer else {}
        self.told.append({**found, "problem": problem} if problem else found)


def run(ctx: Context, params: "HttpParams") -> Observation:
    """Ask until it was good `need` times in a row, the attempts are used up, or they cannot suffice any more."""
    from tracker.policy.addresses import AddressRefused

    client = ctx.http() if callable(ctx.http) else ctx.http
    if client is None:
        raise CouldNotFindOut("Nothing is asked over the network here.")
    url, headers = str(expand(params.url, ctx)), expand(params.headers, ctx)
    shown = _shown(url)
    deadline, tries = ctx.deadline - SPARE_SECONDS, _Tries(secrets=ctx.revealed)
    for number in range(params.attempts):
        left = params.attempts - number
        if tries.good + left < params.need or (number and not _pause(params.wait.total_seconds(), deadline)):
            break
        try:
            _try(client, url, headers, params, _share(deadline, left, params.wait.total_seconds()), ctx.now, tries)
        except AddressRefused as refused:
            return could_not_find_out(str(refused), url=shown)
        if tries.good >= params.need:
            return passed(f"{shown} answered {_many(tries.good, 'time')} in a row", **_evidence(shown, tries))
    count = _many(len(tries.told), "try", "tries")
    return failed(f"{shown} {tries.problem} ({count})", **_evidence(shown, tries))


def _try(
    client: Any, url: str, headers: dict[str, str], params: "HttpParams", deadline: float, now: datetime, tries: _Tries
) -> None:
    from tracker.policy.http_client import Unanswered

    if deadline <= time.monotonic():
        return
    follow = params.follow_redirects
    try:
        answer = client.ask(url, deadline=deadline, method=params.method, headers=headers, follow_redirects=follow)
    except Unanswered as nobody:
        tries.note(None, f"did not answer: {str(nobody)[0].lower()}{str(nobody)[1:].rstrip('.')}")
    else:
        tries.note(answer, problem_of(answer, url, params.expect, now, tries.secrets))


def problem_of(
    answer: "Answer", url: str, expect: "Expect", now: datetime, secrets: AbstractSet[str] = frozenset()
) -> str | None:
    """What is not as expected, as the end of a sentence about the address; None where all is well. What the answer says
    is cut, and `secrets` are taken out of it before that: a half of one would not be found afterwards."""
    if answer.status not in expect.status:
        where = redact(answer.headers.get("location", ""), secrets)[:100]
        onward = f", a redirect to {_shown(where)}" if 300 <= answer.status < 400 and where else ""
        return f"did not answer {list(expect.status)}: {answer.status}{onward}"
    if answer.url != url and SIGN_IN.search(urlsplit(answer.url).path) and not SIGN_IN.search(urlsplit(url).path):
        return f"led to a sign-in page: {_shown(answer.url)}"
    if expect.max_ms is not None and answer.ms > expect.max_ms:
        return f"took {answer.ms} ms, and {expect.max_ms} ms are allowed"
    if expect.cert_days_left is not None and (short := _certificate(answer.certificate_ends, expect.cert_days_left, now)):
        return short
    return _body(answer, expect, secrets)


def _certificate(ends: datetime | None, days: int, now: datetime) -> str | None:
    if ends is None:
        return "showed no certificate: use https"
    left = (ends - now).days
    return f"has a certificate that ends in {left} days, and {days} are asked for" if left < days else None


def _body(answer: "Answer", expect: "Expect", secrets: AbstractSet[str]) -> str | None:
    text = answer.body.decode("utf-8", "replace")
    if expect.body_contains is not None and expect.body_contains not in text:
        return "answered without the text that is asked for"
    if expect.body_not_contains is not None and expect.body_not_contains in text:
        return "answered with a text that must not be there"
    if not expect.json_:
        return None
    import jmespath

    try:
        told = json.loads(answer.body)
    except ValueError:
        return "did not answer with JSON" + (": the answer is too long" if answer.cut else "")
    for expression, wanted in expect.json_.items():
        try:
            found = jmespath.search(expression, told)
        except jmespath.exceptions.JMESPathError as error:
            raise CouldNotFindOut(f"{expression!r} is no JMESPath expression: {error}") from None
        if found != wanted or isinstance(found, bool) is not isinstance(wanted, bool):  # 1 is not true
            said = json.dumps(redact(found, secrets), ensure_ascii=False)[:60]
            return f"has {expression} = {said}, and {json.dumps(wanted)[:60]} is asked for"
    return None


def _share(deadline: float, tries_left: int, wait_seconds: float) -> float:
    """When this attempt ends: an equal part of the time that the pauses leave, so that one that hangs leaves some."""
    now = time.monotonic()
    fair = (deadline - now - wait_seconds * (tries_left - 1)) / tries_left
    return min(deadline, now + min(max(fair, 1.0), LONGEST_TRY_SECONDS))


def _pause(seconds: float, deadline: float) -> bool:
    """Wait; False, at once, where the time would be over by then."""
    if time.monotonic() + seconds >= deadline:
        return False
    time.sleep(seconds)
    return True


def _evidence(shown: str, tries: _Tries) -> dict[str, Any]:
    evidence: dict[str, Any] = {"url": shown, "tries": tries.told}
    if (last := tries.last) is not None:
        evidence |= {"status": last.status, "ms": last.ms, "sha256": last.sha256, "bytes": len(last.body)}
        if last.certificate_ends is not None:
            evidence["certificate_ends"] = last.certificate_ends.isoformat()
    return evidence


def _shown(url: str) -> str:
    """An address without what may be a secret in it: user, query, fragment."""
    split = urlsplit(url)
    return urlunsplit((split.scheme, split.netloc.rpartition("@")[2], split.path, "", ""))


def _many(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
