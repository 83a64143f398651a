"""What holds of every history of a stage, not only of the ones that somebody thought of."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.proving import CHECK, START, gone, span, stands, t, watching
from tracker.domain.policy import Mode, Verdict
from tracker.policy.coverage import Earlier, Reached, Run, Said, passages
from tracker.policy.proof_facts import ProofFacts
from tracker.policy.proving import fold
from tracker.policy.wire import from_json, to_json

HOUR = timedelta(hours=1)
hours = st.integers(1, 60)
contents = st.sampled_from("abcd")
NOW = START + 80 * HOUR


@st.composite
def reports(draw):
    n = draw(st.integers(0, 10**6))
    at = START + draw(hours) * HOUR
    return Reached(id=f"update:{n}", at=at, content_id=draw(contents), commit=f"commit {n}")


@st.composite
def gate_runs(draw):
    verdict = draw(st.sampled_from([*Verdict, None]))
    return Run(
        id=draw(st.integers(0, 10**6)),
        at=START + draw(hours) * HOUR - timedelta(minutes=1),
        verdict=verdict,
        content_id=draw(contents),
        phase=draw(st.sampled_from(["hook", "exec", "check"])),
        said={CHECK: Said(blocking=verdict is Verdict.DENY)},
    )


many_reports = st.lists(reports(), max_size=8, unique_by=lambda one: one.id)
many_runs = st.lists(gate_runs(), max_size=8, unique_by=lambda one: one.id)


@st.composite
def histories(draw):
    """Facts of a guard, without the passages."""
    at = sorted(draw(st.lists(hours, max_size=3, unique=True)))
    definitions = [stands(0), *((gone if n % 2 == 0 else stands)(h / 24, n=n + 2) for n, h in enumerate(at))]
    states = draw(st.lists(st.sampled_from(["pass", "fail"]), max_size=3))
    when = sorted(draw(st.lists(hours, min_size=len(states), max_size=len(states), unique=True)))
    spans = [span(a / 24, (a + b) / 24) for a, b in draw(st.lists(st.tuples(hours, st.integers(1, 20)), max_size=2))]
    return {
        "definitions": definitions,
        "watched": watching(*((h / 24, s) for h, s in zip(when, states, strict=True))) if states else None,
        "waived": spans,
        "since": START + draw(st.integers(0, 20)) * HOUR,
    }


def folded(history, reached, runs, now=NOW, **more):
    given_passages = more.pop("passages", None)
    facts = ProofFacts(
        mode=Mode.GUARD,
        check=CHECK,
        name="staging-online",
        place="datahub/prod",
        passages=passages(reached, runs) if given_passages is None else given_passages,
        runs=runs,
        reported=True,
        **history,
    )
    return fold(facts, now=now, **more)


@given(histories(), many_reports, many_runs, st.randoms())
def test_any_order_of_arrival_gives_the_same_answer(history, reached, runs, random):
    expected = folded(history, reached, runs)
    reached, runs = [*reached, *reached[:2]], [*runs]
    shuffled = {name: list(value) if isinstance(value, list) else value for name, value in history.items()}
    for those in (reached, runs, shuffled["definitions"], shuffled["waived"]):
        random.shuffle(those)
    assert folded(shuffled, reached, runs) == expected


@given(histories(), many_reports, many_runs, many_runs)
def test_no_refusal_ever_breaks_a_guard(history, reached, runs, refused):
    taken = {one.id for one in runs}
    refused = [
        replace(one, verdict=Verdict.DENY, said={CHECK: Said(blocking=True)}) for one in refused if one.id not in taken
    ]
    before, after = folded(history, reached, runs)[0], folded(history, reached, [*runs, *refused])[0]
    assert [(one.at, one.cause) for one in after.breaks] == [(one.at, one.cause) for one in before.breaks]
    assert (after.standing == "broken") == (before.standing == "broken")


@given(histories(), many_reports, many_runs, st.booleans())
def test_what_the_check_watches_does_not_matter_to_its_guard(history, reached, runs, fails):
    """An allowed run is one whether staging answered or the failure was waived there: only that it was judged counts."""
    said = {CHECK: Said(blocking=False, summary="503" if fails else "200")}
    other = [replace(one, said=said) if one.lets_through else one for one in runs]
    assert folded(history, reached, other)[0] == folded(history, reached, runs)[0]


@given(histories(), many_reports, many_runs, hours, st.integers(1, 30))
def test_nothing_changes_while_it_is_waived(history, reached, runs, start, length):
    waived = {**history, "waived": [span(start / 24, (start + length) / 24)]}
    first = folded(waived, reached, runs, now=t(start / 24))[0]
    last = folded(waived, reached, runs, now=t((start + length) / 24) - timedelta(seconds=1))[0]
    assert (last.breaks, last.last) == (first.breaks, first.last)
    if first.standing != "none" and t(start / 24) >= history["since"]:
        assert (last.standing, last.since) == (first.standing, first.since)


@given(histories(), many_reports, many_runs)
def test_every_break_has_a_change_a_push_or_a_turned_state_behind_it(history, reached, runs):
    breaks = folded(history, reached, runs)[0].breaks
    assert len({(one.cause, one.at) for one in breaks}) == len(breaks)
    covered = {one.content_id for one in runs if one.lets_through}
    past = [one for one in breaks if one.cause.startswith("past ")]
    assert len(past) <= len(reached)
    once = {one.change.id for one in passages(reached, runs) if one.let_through}
    for one in past:
        assert one.at in {change.at for change in reached if change.id not in once or change.content_id not in covered}
    for one in breaks:
        assert one.at >= history["since"]
        assert not any(each.has(one.at) for each in history["waived"])


@settings(max_examples=150)
@given(histories(), many_reports, many_runs, hours)
def test_going_on_from_where_the_fold_was_carried_is_the_same_as_reading_everything(history, reached, runs, hour):
    """As the service does it: newer facts only, when a content ran before, and every run about a newer change."""
    then = START + hour * HOUR
    whole = folded(history, reached, runs)[0]
    _, carried = folded(history, reached, runs, now=then, carry_at=then)
    carried = from_json(type(carried), to_json(carried))
    newer = [one for one in reached if one.at > then]
    older = passages([one for one in reached if one.at <= then], runs)
    windowed = passages(newer, runs, earlier=_ran_before(older), running=older[-1].change.content if older else None)
    watched = history["watched"]
    if watched is not None:
        watched = replace(watched, turns=[one for one in watched.turns if one.at > then])
    gone_on = folded({**history, "watched": watched}, newer, runs, passages=windowed, carried=carried)[0]
    assert (gone_on.standing, gone_on.since, gone_on.because) == (whole.standing, whole.since, whole.because)
    assert (gone_on.last is None) == (whole.last is None)
    assert whole.last is None or gone_on.last.at == whole.last.at
    assert [one.at for one in gone_on.breaks] == [one.at for one in whole.breaks if one.at > then]


def _ran_before(older):
    found = {}
    for n, passage in enumerate(older):
        content = passage.change.content
        later = [one.change.at for one in older[n + 1 :] if one.change.content != content]
        found[content] = Earlier(passage.change.at, min(later, default=None))
    return found
