"""Every form of the answer: that it can be read back, says the same, and that strangers' texts are only texts in it."""

import json
import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.test_banner import CHANGE, DECISION, HEAD, HOSTILE, result
from tracker.domain.policy import Outcome, Verdict
from tracker.policy.banner import Look
from tracker.policy.outputs import Report, as_json
from tracker.policy.outputs.dotenv import dotenv
from tracker.policy.outputs.github import annotations, outputs
from tracker.policy.outputs.junit import junit
from tracker.policy.outputs.markdown import markdown
from tracker.policy.outputs.text import gitlab
from tracker.policy.values import Result

AT = datetime(2018, 1, 26, 0, 29, tzinfo=UTC)
REPORT = Report(heading=HEAD, decision=DECISION, at=AT, digest="3f2a" * 16, url="https://tracker.example.org/gates/x")


def hostile(text: str) -> Report:
    head = replace(HEAD, title=text, notes=(text,), change=replace(CHANGE, subject=text, author=text, repo=text))
    results = (
        result("one", Outcome.FAIL, text, fix=text),
        result("two", Outcome.ERROR, text),
        result("three", Outcome.FAIL, text, waived=text),
    )
    return replace(REPORT, heading=head, decision=replace(DECISION, results=results, because=text))


def test_json_says_all_and_can_be_read_back() -> None:
    told = json.loads(json.dumps(as_json(REPORT)))
    assert (told["version"], told["verdict"], told["exit_code"]) == (1, "deny", 1)
    assert told["headline"] == "PROD <- datahub (Data 8 / DataHub hub)"
    assert told["status"] == {
        "context": "policy-gate (datahub/prod)",
        "description": "DENY: 1 check blocks datahub/prod",
        "target_url": REPORT.url,
    }
    assert [one["check"] for one in told["results"]] == [one.check for one in DECISION.results]
    assert told["change"]["new"] == CHANGE.new and told["policy"] == {"name": "datahub", "digest": "3f2a" * 16}


@pytest.mark.parametrize(
    ("verdict", "dry_run", "code"),
    [("allow", False, 0), ("overridden", False, 0), ("deny", False, 1), ("undecided", False, 3), ("deny", True, 0)],
)
def test_exit_codes(verdict: str, dry_run: bool, code: int) -> None:
    assert replace(REPORT, decision=replace(DECISION, verdict=Verdict(verdict)), dry_run=dry_run).exit_code == code


def test_junit_counts_what_blocks_and_skips_what_does_not() -> None:
    suite = ElementTree.fromstring(junit(REPORT)).find("testsuite")
    assert suite is not None and suite.get("name") == "gate datahub/prod"
    assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["5", "1", "0", "3"]
    waived = suite.find("testcase[@name='lab-hours']/skipped")
    assert waived is not None and "not asked of a recovery" in (waived.get("message") or "")


@pytest.mark.parametrize(
    ("verdict", "results", "count"),
    [
        (Verdict.DENY, (), "failures"),  # nothing judged
        (Verdict.DENY, (result("one", Outcome.SKIP, "not asked"),), "failures"),
        (Verdict.DENY, (result("one", Outcome.PASS, "fine"),), "failures"),  # this is no rollback
        (Verdict.UNDECIDED, (result("one", Outcome.PASS, "fine"),), "errors"),  # the tracker was away
    ],
)
def test_a_gate_that_is_shut_though_no_check_blocks_is_green_nowhere(
    verdict: Verdict, results: tuple[Result, ...], count: str
) -> None:
    shut = replace(REPORT, decision=replace(DECISION, verdict=verdict, results=results, blocking=(), because="so it is"))
    suite = ElementTree.fromstring(junit(shut)).find("testsuite")
    assert suite is not None and suite.get(count) == "1"
    assert annotations(shut).startswith("::error title=datahub/prod::so it is\n")


def test_annotations_are_the_lines_that_github_reads() -> None:
    assert annotations(REPORT) == (
        "::error title=datahub/prod%3A staging-online::https://staging.datahub.berkeley.edu/hub/health did not answer "
        "[200]: 503 (5 tries) — fix: Bring the staging hub back first.\n"
        "::notice title=datahub/prod%3A lab-hours::inside freeze until Thu 19:00 PST — not asked of a recovery\n"
        "::warning title=datahub/prod%3A prod-merges-gated::GitHub did not answer\n"
    )


def test_variables_for_later_steps() -> None:
    assert dotenv(REPORT).splitlines() == [
        "TRACKER_VERDICT=deny",
        "TRACKER_DEPLOYMENT=datahub",
        "TRACKER_STAGE=prod",
        "TRACKER_CONTENT_ID=",
        f"TRACKER_COMMIT={CHANGE.new}",
        "TRACKER_POLICY=datahub@3f2a",
        "TRACKER_STATUS_CONTEXT=policy-gate (datahub/prod)",
        "TRACKER_GATE_URL=https://tracker.example.org/gates/x",
        "TRACKER_BLOCKING=staging-online",
        "TRACKER_HEADLINE=PROD <- datahub",
    ]


def test_gitlabs_log_folds_what_passed() -> None:
    many = tuple(result(f"ok{n}", Outcome.PASS, "fine") for n in range(3))
    said = gitlab(replace(REPORT, decision=replace(DECISION, results=(*many, *DECISION.results[:1]))), Look())
    assert said.index("section_start:1516926540:tracker_gate_passed[collapsed=true]") < said.index("PASS    ok0")
    assert said.index("section_end:1516926540:tracker_gate_passed") < said.index("FAIL    staging-online")


texts = st.just(HOSTILE) | st.text(max_size=80) | st.text(alphabet="<>|`*_[]()!&\n\r\x00\x1b\\:%@#'\"=-~$ a", max_size=60)
some = settings(deadline=None, max_examples=150)


@some
@given(texts)
def test_junit_is_xml_whatever_strangers_write(text: str) -> None:
    suite = ElementTree.fromstring(junit(hostile(text))).find("testsuite")
    assert suite is not None and len(suite.findall("testcase")) == 3
    assert {child.tag for child in suite.iter()} <= {
        "testsuite", "testcase", "failure", "error", "skipped", "properties", "property", "system-out",
    }  # fmt: skip


@some
@given(texts)
def test_github_gets_no_command_but_ours(text: str) -> None:
    lines = annotations(hostile(text)).splitlines()
    assert len(lines) == 3
    for line in lines:
        assert re.fullmatch(r"::(error|notice) title=[^:,]*::[^\r\n]*", line), line
    assert all(re.fullmatch(r"[a-z_]+=[^\n]*", line) for line in outputs(hostile(text)).splitlines())


@some
@given(texts)
def test_a_summary_has_no_markup_but_ours(text: str) -> None:
    from markdown_it import MarkdownIt

    rendered = MarkdownIt("gfm-like", {"linkify": False}).render(markdown(hostile(text)))
    tags: list[tuple[str, str | None]] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list) -> None:
            tags.append((tag, dict(attributes).get("href")))

    Tags().feed(rendered)
    assert {tag for tag, _ in tags} <= {"h3", "p", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "br", "a"}
    assert [href for _, href in tags if href] == [REPORT.url]
    assert rendered.count("<tr>") == 4 and rendered.count("<td>") == 12


@some
@given(texts)
def test_variables_hold_nothing_that_strangers_wrote(text: str) -> None:
    lines = dotenv(hostile(text)).splitlines()
    assert lines == dotenv(REPORT).splitlines()


def test_a_shell_that_reads_the_variables_runs_nothing(tmp_path: Path) -> None:
    (tmp_path / "gate.env").write_text(dotenv(hostile("$(touch ran); `touch ran`\ntouch ran")))
    script = 'while IFS="=" read -r name value; do export "$name=$value"; done < gate.env; test "$TRACKER_VERDICT" = deny'
    assert subprocess.run(["bash", "-c", script], cwd=tmp_path, check=False).returncode == 0
    assert not (tmp_path / "ran").exists()
