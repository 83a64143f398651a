"""A guard holds while the block stands, whatever the thing does that it watches (POLICY §2.6)."""

import pytest

from tests.policy.proving import CHECK, change, gone, guard, run, span, stands, t, watching
from tracker.domain.policy import Verdict
from tracker.policy.coverage import Said

ALLOW, DENY = Verdict.ALLOW, Verdict.DENY


def broke(fold):
    return [(one.at, one.because) for one in fold.breaks]


def test_it_holds_from_the_first_change_that_it_judged():
    fold = guard([change(2, "a"), change(3, "b")], [run(2, "a"), run(3, "b")])
    assert (fold.standing, fold.since, fold.breaks) == ("holding", t(2), ())
    assert fold.answers["exercised"].text.startswith("the last 2 changes were judged")


def test_nothing_is_known_before_one_judged_change_or_refusal():
    assert guard(reported=True).standing == "none"
    refused = guard(runs=[run(2, "a", DENY)])
    assert (refused.standing, refused.since) == ("holding", t(2))
    assert refused.answers["last_bit"].text == "a change: staging did not answer"


def test_a_refusal_breaks_nothing_and_is_shown_as_its_best_evidence():
    fold = guard([change(2, "a")], [run(2, "a"), run(5, "b", DENY, subject="Upgrade")])
    assert (fold.standing, fold.since, fold.breaks) == ("holding", t(2), ())
    assert fold.answers["last_bit"].at == t(5)


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        ([], "past the gate: nobody asked it"),
        ([run(5, "b", DENY)], "past the gate, which had refused it"),
        ([run(5, "b", Verdict.UNDECIDED)], "past the gate, which had not decided"),
        ([run(5, "b", ALLOW, said={})], "without being judged by staging-online"),
        ([run(5.1, "b")], "past the gate: nobody asked it"),  # asked two hours after it was there
    ],
)
def test_a_change_that_the_gate_did_not_let_through_breaks_it_and_is_named(runs, words):
    fold = guard([change(2, "a"), change(5, "b", subject="Upgrade\x1b[31m", author="Ada")], [run(2, "a"), *runs])
    assert broke(fold) == [(t(5), f"“Upgrade [31m” (commit b, Ada) reached datahub/prod {words}")]
    assert (fold.standing, fold.since) == ("broken", t(5))


def test_after_a_break_the_next_judged_change_and_no_refusal_starts_a_new_holding():
    past = [change(2, "a"), change(5, "b")]
    assert guard(past, [run(2, "a"), run(6, "c", DENY)]).standing == "broken"
    fold = guard([*past, change(7, "d")], [run(2, "a"), run(7, "d")])
    assert (fold.standing, fold.since, fold.last.at) == ("holding", t(7), t(5))


@pytest.mark.parametrize(
    "about",
    [{}, {"content_id": "x", "commits": frozenset({"commit b@5"})}, {"content_id": None, "pull_request": "12"}],
    ids=["content", "commit", "pull request"],
)
def test_a_run_covers_by_content_by_commit_or_by_pull_request(about):
    asked = run(4, **{"content": "b"} | {}) if not about else run(4, about.pop("content_id"), **about)
    assert guard([change(2, "a"), change(5, "b", pull_request="12")], [run(2, "a"), asked]).breaks == ()


def test_a_run_made_without_the_server_and_handed_in_later_heals_its_change():
    reached = [change(2, "a"), change(5, "b")]
    assert guard(reached, [run(2, "a")]).standing == "broken"
    assert guard(reached, [run(2, "a"), run(4.99, "b")]).breaks == ()


def test_a_run_does_not_cover_what_comes_back_after_something_else_ran():
    reached = [change(2, "a"), change(5, "b"), change(8, "a")]
    runs = [run(2, "a"), run(5, "b")]
    assert [at for at, _ in broke(guard(reached, runs))] == [t(8)]
    assert guard(reached, [*runs, run(8, "a")]).breaks == ()


def test_a_quick_way_back_with_its_own_run_is_covered():
    minute = 1 / 1440
    reached = [change(2, "a"), change(2 + 2 * minute, "b"), change(2 + 4 * minute, "a")]
    runs = [run(2, "a"), run(2 + 2 * minute, "b", n=2), run(2 + 3 * minute, "a", n=3)]
    assert guard(reached, runs).breaks == ()
    assert len(guard(reached, runs[:2]).breaks) == 1


def test_consecutive_reports_of_one_content_are_one_change():
    again = [change(5, "b", n=1), change(5.2, "b", n=2), change(9, "b", n=3)]
    assert len(guard([change(2, "a"), *again], [run(2, "a")]).breaks) == 1
    assert guard([change(2, "a"), *again], [run(2, "a"), run(5, "b")]).breaks == ()


def test_what_the_history_tells_again_by_the_commits_own_time_is_no_new_change():
    reached = [change(2, "a", n=1), change(5, "b", n=2)]
    told = [change(1.5, "a", n=11, commit="commit 1", source="history", by=t(9))]
    told += [change(4, "b", n=12, commit="commit 2", source="history", by=t(9))]
    assert guard([*reached, *told], [run(2, "a"), run(5, "b")]).breaks == ()


def test_a_commit_made_before_the_run_and_found_in_the_history_later_is_covered():
    made_early = change(4, "b", source="history", by=t(5))
    assert guard([change(2, "a"), made_early], [run(2, "a"), run(4.9, "b")]).breaks == ()


def test_a_change_in_a_gap_is_unknown_until_somebody_confirms_it():
    reached, gaps = [change(2, "a"), change(5, "b")], [span(4, 6)]
    fold = guard(reached, [run(2, "a")], gaps=gaps)
    assert (fold.standing, fold.since, fold.breaks) == ("holding", t(2), ())
    assert fold.answers["exercised"].answer == "unknown"
    confirmed = guard([change(2, "a"), change(5, "b", confirmed=True)], [run(2, "a")], gaps=gaps)
    assert confirmed.answers["exercised"].answer == "yes"
    assert len(guard([change(2, "a"), change(5, "b", confirmed=True)], [run(2, "a")]).breaks) == 1


def test_removal_breaks_it_once_and_changes_while_it_is_gone_are_no_further_breaks():
    reached = [change(2, "a"), change(6, "b"), change(7, "c")]
    fold = guard(reached, [run(2, "a")], definitions=[stands(), gone(5), gone(6.5, n=3)])
    assert broke(fold) == [(t(5), "staging-online was removed from the policy in 3f2a91b0 by Ada")]
    assert fold.answers["defined"].answer == "no"


def test_a_check_that_came_back_holds_again_with_the_next_change():
    definitions = [stands(), gone(5), stands(8, n=3)]
    reached = [change(2, "a"), change(6, "b"), change(8.001, "c"), change(9, "d")]
    early = [run(2, "a"), run(7.9, "c", said={})]  # asked before it was back
    assert guard(reached[:3], early, definitions=definitions).standing == "broken"
    fold = guard(reached, [*early, run(9, "d")], definitions=definitions)
    assert (fold.standing, fold.since, len(fold.breaks)) == ("holding", t(9), 1)


def test_a_change_that_the_check_is_not_for_neither_proves_nor_breaks():
    narrow = [stands(judges_all=False)]
    fold = guard([change(2, "a"), change(5, "b")], [run(2, "a"), run(5, "b", said={})], definitions=narrow)
    assert (fold.standing, fold.breaks) == ("holding", ())
    skipped = {CHECK: Said(skipped=True)}
    assert guard([change(2, "a"), change(5, "b")], [run(2, "a"), run(5, "b", said=skipped)]).breaks == ()


def test_the_forge_that_requires_it_no_more_breaks_it():
    reached, runs = [change(2, "a"), change(9, "b")], [run(2, "a", phase="check"), run(9, "b", phase="check")]
    assert guard(reached[:1], runs[:1]).standing == "none"  # nobody can tell whether it is required
    assert guard(reached[:1], runs[:1], watched=watching((1, "pass"))).standing == "holding"
    fold = guard(reached, runs, watched=watching((1, "pass"), (5, "fail")))
    assert broke(fold) == [(t(5), "prod-merges-gated: the branch asks for nothing")]
    assert fold.standing == "broken"  # a change that went through it does not make it required
    healed = guard(
        [*reached, change(12, "c")], [*runs, run(12, "c")], watched=watching((1, "pass"), (5, "fail"), (10, "pass"))
    )
    assert (healed.standing, healed.since) == ("holding", t(12))


def test_where_nobody_reports_what_reaches_the_stage_it_is_not_known():
    fold = guard(runs=[run(2, "a", DENY, phase="check")], watched=watching((1, "pass")))
    assert (fold.standing, fold.breaks) == ("none", ())
    assert fold.because == "nobody reports what reaches datahub/prod"


def test_what_was_before_the_proof_does_not_break_it():
    reached = [change(2, "a"), change(5, "b"), change(9, "c")]
    assert guard(reached[:2], [run(2, "a")], since=6).standing == "none"
    fold = guard(reached, [run(2, "a"), run(9, "c")], since=6)
    assert (fold.standing, fold.since, fold.breaks) == ("holding", t(9), ())


def test_while_it_is_waived_nothing_breaks_and_what_is_still_wrong_then_counts_from_the_end():
    reached = [change(2, "a"), change(5, "b")]
    waived = guard(reached, [run(2, "a")], waived=[span(4, 8)], now=7)
    assert (waived.standing, waived.since, waived.waived_until) == ("holding", t(2), t(8))
    assert guard(reached, [run(2, "a")], waived=[span(4, 8)]).breaks == ()
    removed = [stands(), gone(5)]
    assert guard(reached[:1], [run(2, "a")], definitions=removed, waived=[span(4, 8)], now=7).standing == "holding"
    assert [at for at, _ in broke(guard(reached[:1], [run(2, "a")], definitions=removed, waived=[span(4, 8)]))] == [t(8)]


def test_it_lapses_where_nobody_could_find_out_for_two_weeks_whether_it_is_required():
    def after(days):
        watched = watching((1, "pass"), fresh_until=t(5))
        return guard([change(2, "a")], [run(2, "a")], watched=watched, now=5 + days).standing

    assert (after(13), after(15)) == ("holding", "lapsed")
    broken = guard([change(2, "a")], [], watched=watching((1, "pass"), fresh_until=t(5)), now=40)
    assert broken.standing == "broken"


def test_a_break_is_the_same_where_a_late_report_moves_its_moment():
    first = guard([change(2, "a"), change(5, "b", n=1)], [run(2, "a")]).breaks[0]
    moved = guard([change(2, "a"), change(4, "b", n=2), change(5, "b", n=1)], [run(2, "a")]).breaks[0]
    assert moved.at != first.at
    assert moved.is_known_by(first.cause, first.at)
    again = [change(2, "a"), change(5, "b", n=1), change(6, "c"), change(9, "b", n=3)]
    assert [one.is_known_by(first.cause, first.at) for one in guard(again, [run(2, "a"), run(6, "c")]).breaks] == [
        True,
        False,
    ]


def test_two_changes_past_the_gate_are_two_breaks():
    fold = guard([change(2, "a"), change(5, "b"), change(6, "c")], [run(2, "a")])
    assert [at for at, _ in broke(fold)] == [t(5), t(6)]


def test_a_deploy_that_its_record_ties_to_an_allowed_run_was_judged():
    recorded = change(5, "b", n=3, run_id=50, commit=None, source="record")
    ran = run(4.9, "other", n=50, phase="exec")
    assert guard([change(2, "a"), recorded], [run(2, "a"), ran]).breaks == ()
