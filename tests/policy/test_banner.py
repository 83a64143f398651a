"""The banner, letter by letter, and that nothing which strangers wrote can do anything in it."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.policy import ChangeType, Enforcement, Outcome, Verdict
from tracker.policy.banner import Heading, Look, bottom, description, table, top, word_for
from tracker.policy.plain_text import in_log, one_line
from tracker.policy.values import Change, Decision, Ran, Result

HOSTILE = "::set-env name=X::|<script>\x1b[31m%0A\r\n::error::`$(id)` @team ##[add-mask]x [a](http://evil)"
CHANGE = Change(
    deployment="datahub",
    stage="prod",
    repo="github.com/berkeley-dsep-infra/datahub",
    old="9927f3d0" + "0" * 32,
    new="ae011b9a" + "0" * 32,
    subject="Merge pull request #234 from staging",
    author="Yuvi <yuvi@example.org>",
    changed_paths=("datahub/values.yaml",),
    deployments_touched=("datahub",),
)
HEAD = Heading(
    change=CHANGE,
    title="Data 8 / DataHub hub",
    protected=True,
    policy="datahub@3f2a",
    now=Ran(commit=None, tree=None, content_id=None, at=datetime(2018, 1, 25, 1, 50, tzinfo=UTC)),
    zone="America/Los_Angeles",
    waivers=1,
    freeze="freeze until Thu 19:00 PST",
)


def result(check: str, outcome: Outcome, summary: str, **more: object) -> Result:
    given: dict = {"title": check, "kind": "http", "enforcement": Enforcement.SOFT}
    return Result(check=check, outcome=outcome, summary=summary, **given | more)


RESULTS = (
    result(
        "staging-online",
        Outcome.FAIL,
        "https://staging.datahub.berkeley.edu/hub/health did not answer [200]: 503 (5 tries)",
        fix="Bring the staging hub back first.",
        enforcement=Enforcement.HARD,
    ),
    result("soak", Outcome.PASS, "live on staging for 101 min (need 30 min)"),
    result("lab-hours", Outcome.FAIL, "inside freeze until Thu 19:00 PST", waived="not asked of a recovery"),
    result("prod-merges-gated", Outcome.ERROR, "GitHub did not answer", enforcement=Enforcement.ADVISORY),
    result("admins", Outcome.SKIP, "no term is running"),
)
DECISION = Decision(
    verdict=Verdict.DENY, results=RESULTS, blocking=("staging-online",), because="1 check blocks datahub/prod"
)
GOLDEN = """\
==============================================================================
  YOU ARE MANAGING:  PROD  <-  datahub  (Data 8 / DataHub hub)
  repo github.com/berkeley-dsep-infra/datahub   9927f3d0 -> ae011b9a   Merge
    pull request #234 from staging (Yuvi)
  now on prod since 2018-01-24 17:50 · policy datahub@3f2a · change touches:
    datahub · 1 waiver · freeze until Thu 19:00 PST
==============================================================================
  FAIL    staging-online     https://staging.datahub.berkeley.edu/hub/health did
          not answer [200]: 503 (5 tries)
          fix: Bring the staging hub back first.
  PASS    soak               live on staging for 101 min (need 30 min)
  WAIVED  lab-hours          inside freeze until Thu 19:00 PST — not asked of a
          recovery
  WARN    prod-merges-gated  GitHub did not answer
  SKIP    admins             no term is running
==============================================================================
  DENY: 1 check blocks datahub/prod
"""


PLAIN = Look()


def shown(head: Heading = HEAD, look: Look = PLAIN, decision: Decision = DECISION) -> str:
    return top(head, look) + table(decision.results, look) + bottom(decision, look)


def test_the_banner_at_80_columns_without_a_terminal() -> None:
    assert shown() == GOLDEN


def test_only_a_terminal_gets_a_title_and_red_and_the_words_stay_the_same() -> None:
    terminal = shown(look=Look(terminal=True, colour=True))
    assert terminal.startswith("\x1b]2;PROD <- datahub\x07")
    assert "\x1b[1;31mPROD\x1b[0m" in terminal and "\x1b[1;31mFAIL   \x1b[0m" in terminal
    plain = terminal.removeprefix("\x1b]2;PROD <- datahub\x07").replace("\x1b[1;31m", "").replace("\x1b[0m", "")
    assert plain == GOLDEN
    no_colour = shown(look=Look(terminal=True, colour=False))
    assert no_colour.count("\x1b") == 1


def test_a_stage_that_is_not_protected_is_not_shouted() -> None:
    head = replace(HEAD, protected=False, change=replace(CHANGE, stage="staging"))
    assert "YOU ARE MANAGING:  staging  <-  datahub" in top(head, Look())


def test_what_nobody_may_overlook_is_said() -> None:
    from tracker.policy.banner import _notes

    change = replace(
        CHANGE, change_type=ChangeType.RECOVERY, reason="back to the old image", edits_policy=True, fork=True,
        problems=("This is a shallow clone.",), policy_digest_after="x",
    )  # fmt: skip
    assert _notes(change) == [
        "NOT FOUND OUT: This is a shallow clone.",
        "ASKED FOR AS A RECOVERY: back to the old image",
        "THIS CHANGE CHANGES THE POLICY: it is judged by the text before it",
        "FROM A FORK: no program is run and no secret is shown",
    ]


def test_a_check_that_warns_does_not_look_like_one_that_blocks() -> None:
    assert word_for(result("a", Outcome.ERROR, "s", on_error_fails=False)) == "WARN"
    assert word_for(result("a", Outcome.ERROR, "s")) == "ERROR"


texts = st.text(max_size=150) | st.just(HOSTILE) | st.text(alphabet=":#[ab \x1b\n", max_size=80)


@settings(deadline=None, max_examples=200)
@given(texts, texts, st.integers(60, 120))
def test_no_line_of_a_log_obeys_a_stranger(subject: str, summary: str, width: int) -> None:
    head = replace(HEAD, change=replace(CHANGE, subject=subject, author=subject))
    decision = replace(DECISION, results=(result("one", Outcome.FAIL, summary, fix=subject),), because=summary)
    said = shown(head, Look(width=width), decision)
    assert "\x1b" not in said and "\r" not in said and "##[" not in said
    assert not any(line.lstrip().startswith("::") for line in said.split("\n"))


@settings(deadline=None)
@given(st.text(max_size=500), st.integers(2, 300))
def test_one_line_is_one_line_and_not_too_long(text: str, at_most: int) -> None:
    line = one_line(text, at_most)
    assert len(line) <= at_most and len(line.splitlines()) <= 1 and one_line(line, at_most) == line


def test_a_status_takes_140_characters() -> None:
    assert len(description(replace(DECISION, because="x" * 500))) == 140


def test_texts_that_turn_the_direction_or_are_not_seen_are_taken_out() -> None:
    assert in_log("safe\u202egnp.exe\u200b\u2066") == "safegnp.exe"
    assert in_log("größe 日本 👩‍🚀") == "größe 日本 👩‍🚀"
