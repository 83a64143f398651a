"""A condition holds while it is true; and an item's proofs together (POLICY §2.6)."""

from datetime import timedelta

import pytest

from tests.policy.proving import condition, gone, span, stands, t
from tracker.domain.policy import Standing
from tracker.policy.evidence import Break, ProofFold, item

DAYS = timedelta(days=1)


def test_it_holds_while_its_state_is_pass_and_breaks_when_that_turns_to_fail():
    fold = condition((2, "pass"))
    assert (fold.standing, fold.since, fold.breaks) == ("holding", t(2), ())
    fold = condition((2, "pass"), (5, "fail"))
    assert [(one.at, one.because) for one in fold.breaks] == [(t(5), "admins-acknowledged: the branch asks for nothing")]
    fold = condition((2, "pass"), (5, "fail"), (9, "pass"))
    assert (fold.standing, fold.since, fold.last.at) == ("holding", t(9), t(5))


def test_before_any_answer_nothing_is_known():
    assert condition().standing == "none"


def test_what_fails_already_when_it_is_tied_to_an_item_breaks_there_and_then():
    assert [one.at for one in condition((2, "fail"), since=4).breaks] == [t(4)]


def test_a_removed_check_breaks_it_and_a_waiver_holds_everything_still():
    assert [one.at for one in condition((2, "pass"), definitions=[stands(), gone(5)]).breaks] == [t(5)]
    waived = {"waived": [span(4, 8)]}
    assert condition((2, "pass"), (5, "fail"), now=7, **waived).standing == "holding"
    assert [one.at for one in condition((2, "pass"), (5, "fail"), **waived).breaks] == [t(8)]
    assert condition((2, "pass"), (5, "fail"), (6, "pass"), **waived).breaks == ()
    healed = condition((2, "pass"), (3, "fail"), (6, "pass"), **waived)
    assert (healed.standing, healed.since) == ("holding", t(8))


@pytest.mark.parametrize(("days", "expected"), [(13.9, "holding"), (14.1, "lapsed")])
@pytest.mark.parametrize("sign", ["fresh_until", "errors_since"])
def test_stale_or_in_error_for_more_than_two_weeks_it_lapses(days, expected, sign):
    assert condition((2, "pass"), now=20 + days, **{sign: t(20)}).standing == expected


def proof(standing, since=0, *, verify_for=14, **more):
    return ProofFold(standing=Standing(standing), since=t(since), verify_for=verify_for * DAYS, **more)


@pytest.mark.parametrize(
    ("standings", "expected"),
    [
        (["holding", "broken", "lapsed", "none"], "broken"),
        (["holding", "lapsed", "none"], "lapsed"),
        (["none", "holding"], "holding"),
        (["none"], "none"),
        ([], "none"),
    ],
)
def test_broken_comes_before_lapsed_before_holding_before_none(standings, expected):
    assert item([proof(one) for one in standings]).standing == expected


def test_an_item_is_verified_when_every_proof_has_held_for_its_time():
    assert item([proof("holding", 3), proof("holding", 9, verify_for=1)]).verified_from == t(17)
    assert item([proof("holding", 3), proof("none")]).verified_from is None
    assert item([proof("holding", 3), proof("lapsed")]).verified_from is None
    assert item([]).verified_from is None


def test_a_waived_proof_neither_verifies_nor_breaks():
    both = item([proof("holding", 3), proof("broken", 9, waived_until=t(30))])
    assert (both.standing, both.verified_from, both.waived_until) == ("holding", t(17), None)
    alone = item([proof("holding", 3, waived_until=t(30))])
    assert (alone.standing, alone.verified_from, alone.waived_until) == ("holding", None, t(30))


def test_one_cause_that_breaks_two_proofs_is_one_break():
    def broken(because, at=5, cause="push 2"):
        one = Break(at=t(at), cause=cause, because=because)
        return proof("broken", at, breaks=(one,), last=one)

    fold = item([broken("a was removed"), broken("b was removed"), broken("a change went past", 7, "past x")])
    assert [(one.at, one.because) for one in fold.breaks] == [
        (t(5), "a was removed; b was removed"),
        (t(7), "a change went past"),
    ]
    assert fold.last.because == "a change went past"


def test_what_broke_under_a_proof_that_was_taken_away_did_break():
    one = Break(at=t(5), cause="push 2", because="a was removed")
    fold = item([proof("holding", 3)], [proof("broken", 5, breaks=(one,), last=one)])
    assert (fold.standing, fold.last) == ("holding", one)
