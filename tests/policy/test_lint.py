"""Lint: what loads and yet does not do what it says."""

from pathlib import Path

import pytest

from tests.policy.test_load import EXAMPLE, MISTAKES, ROOT, SMALL
from tracker.policy.lint import RULES, lint
from tracker.policy.load import load

HTTP = "  - id: two\n    kind: http\n    with: {url: https://example.org"


def findings(text: str) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.severity, problem.message) for problem in lint(text.encode(), "p.yaml").problems]


def window(rules: str, more: str = "") -> str:
    use = "  - {id: w, kind: window, with: {windows: [w]}}\n"
    return f"{SMALL}{use}windows:\n  w:\n    reason: r\n    rules: [{rules}]\n{more}"


SILENT = {
    "a check for no stage": (
        SMALL.replace("  - id: hub\n", "  - {id: other, stages: [{id: test, url: 'https://a'}]}\n  - id: hub\n")
        + "    applies_to: {deployments: [other], stages: [prod]}\n  - {id: t, kind: target}\n",
        (14, "error", "`up` applies nowhere"),
    ),
    "a proof where the check is not": (
        SMALL + "    applies_to: {stages: [prod]}\n    proves: [A1 x]\n    proves_on: [hub/staging]\n",
        (15, "error", "does not apply to hub/staging"),
    ),
    "a place without a proof": (SMALL + "    proves_on: [hub/prod]\n", (13, "warning", "`proves` names nothing")),
    "a protected stage without a check": (
        SMALL + "    applies_to: {stages: [staging]}\n",
        (8, "error", "hub/prod is protected and no check is for it"),
    ),
    "a protected stage that nothing closes": (
        SMALL + "    enforcement: advisory\n",
        (8, "warning", "every check for it is advisory"),
    ),
    "a token in a header": (
        SMALL + HTTP + ", headers: {Authorization: abcdef}}\n",
        (15, "error", "`Authorization` looks like a secret"),
    ),
    "a GitHub token": (SMALL + f"    why: ghp_{'a1' * 18}\n", (13, "error", "`why` looks like a GitHub token")),
    "a password in an address": (
        SMALL.replace('{url: "{{ stage.url }}/health"}', "{url: https://me:hunter2@example.org}"),
        (12, "error", "`url` looks like a password"),
    ),
    "a token in an address": (
        SMALL.replace("/health", "/health?token=abcdef123"),
        (12, "error", "`url` looks like a secret"),
    ),
    "a window that never happens": (
        window("{start: 2018-01-16T08:00:00, duration: 1h, rrule: FREQ=DAILY, until: 2018-01-15}"),
        (15, "error", "`w` never happens"),
    ),
    "a window whose only day is excepted": (
        window("{start: 2018-01-16T08:00:00, duration: 1h}", "    except: [2018-01-16]\n"),
        (15, "error", "`w` never happens"),
    ),
    "a freeze without an end": (
        window("{start: 2018-01-16T08:00:00, duration: 24h, rrule: FREQ=DAILY}"),
        (13, "error", "`w` never opens"),
    ),
    "a window that nobody uses": (
        SMALL + "windows: {w: {reason: r, rules: [{start: 2018-01-16T08:00:00, duration: 1h}]}}\n",
        (13, "warning", "no check uses the window `w`"),
    ),
    "a term that is not there": (
        SMALL + "  - {id: a, kind: acknowledged, with: {document: d.md}}\n",
        (13, "error", "`a` asks once a term, and there is none"),
    ),
    "terms that overlap": (
        SMALL + "terms: [{id: a, start: 2018-01-01, end: 2018-02-01}, {id: b, start: 2018-02-01, end: 2018-03-01}]\n",
        (13, "error", "`a` and `b` overlap"),
    ),
    "a rollback of anything": (
        SMALL + "rollback: {needs: [reason], relax: [up]}\n",
        (13, "error", "every change could call itself a rollback"),
    ),
    "a recovery from nothing": (
        SMALL + "recovery: {needs: [reason], relax: [up]}\n",
        (13, "error", "every change could call itself a recovery"),
    ),
    "a guard that stops nothing": (
        SMALL + "    proves: [A1 x]\n    enforcement: advisory\n  - {id: t, kind: target}\n",
        (14, "warning", "stops nothing and proves nothing"),
    ),
    "a condition that nobody looks at": (
        SMALL + "    proves: [A1 x]\n    mode: condition\n",
        (10, "warning", "is a condition that is looked at only when"),
    ),
    "a result that is always stale": (
        SMALL + "    schedule: 1d\n    fresh_for: 6h\n",
        (14, "warning", "`up` is stale before it runs again"),
    ),
    "a check without the time that it takes": (
        SMALL.replace('health"}', 'health", wait: 40s}'),
        (10, "error", "`up` needs 2 answers with pauses between them"),
    ),
}


@pytest.mark.parametrize("what", SILENT)
def test_what_loads_and_does_nothing_is_named(what: str) -> None:
    text, (line, severity, words) = SILENT[what]
    assert load(text.encode(), "p").problems == ()
    ((at, kind, message),) = findings(text)
    assert (at, kind) == (line, severity) and words in message, message


def test_each_rule_of_the_linter_has_a_case() -> None:
    fired = {
        rule.__name__
        for text, _ in SILENT.values()
        for loaded in [load(text.encode(), "p")]
        for rule in RULES
        if loaded.policy and list(rule(loaded.policy, loaded.source))
    }
    assert fired == {rule.__name__ for rule in RULES}


@pytest.mark.parametrize("example", sorted((ROOT / "policy").glob("*.yaml")), ids=lambda path: path.name)
def test_the_examples_have_nothing_to_complain_of(example: Path) -> None:
    assert lint(example.read_bytes(), example.name).problems == ()


@pytest.mark.parametrize(
    "innocent",
    [
        "    why: The token is basic documentation, and a secret is nothing for a policy\n",
        '    fix: "Authorization: ask the bearer of the password"\n',
        "    why: see https://example.org/a:b@c\n",
        HTTP + ', headers: {Authorization: "Bearer ${env:HUB_TOKEN}"}}\n',
        HTTP + ', headers: {X-Api-Key: "${secret:HUB_KEY}", Accept: text/html}}\n',
        '  - {id: two, kind: http, with: {url: "https://me:${env:PASS}@example.org?token=${env:TOKEN}"}}\n',
    ],
)
def test_what_is_no_secret_is_not_taken_for_one(innocent: str) -> None:
    assert findings(SMALL + innocent) == []


def test_lint_says_all_that_loading_says() -> None:
    for text, *_ in MISTAKES.values():
        data = text if isinstance(text, bytes) else text.encode()
        assert lint(data, "p").problems == load(data, "p").problems


def test_a_policy_with_findings_is_still_a_policy() -> None:
    loaded = lint((SMALL + "    enforcement: advisory\n").encode(), "p")
    assert loaded.policy is not None and loaded.errors == () and len(loaded.problems) == 1
    assert lint(EXAMPLE, "p").policy == load(EXAMPLE, "p").policy
