import itertools
import re
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.postmortem.alignment import align
from tracker.postmortem.merge import Conflict, Merged, diff, merge

BOM = b"\xef\xbb\xbf"
BASE = b"# Outage\n\n- 14:30 it broke\n- 15:00 it was mended\n\n1. write a runbook\n2. add an alert\n"


def test_changes_of_different_lines_are_both_taken():
    ours = BASE.replace(b"write a runbook", b"write a runbook (done 2026-11-24)")
    theirs = BASE.replace(b"14:30", b"14:31")
    assert merge(BASE, ours, theirs) == Merged(ours.replace(b"14:30", b"14:31"))


def test_changes_of_neighbouring_lines_are_both_taken():
    ours, theirs = BASE.replace(b"runbook", b"runbook (done)"), BASE.replace(b"an alert", b"two alerts")
    assert merge(BASE, ours, theirs) == Merged(ours.replace(b"an alert", b"two alerts"))


def test_different_words_of_one_line_are_both_taken():
    ours, theirs = BASE.replace(b"15:00", b"15:10"), BASE.replace(b"mended", b"repaired")
    assert merge(BASE, ours, theirs) == Merged(ours.replace(b"mended", b"repaired"))


def test_the_same_change_on_both_sides_is_one():
    both = BASE.replace(b"14:30", b"14:31")
    theirs = both.replace(b"add an alert", b"add alerts")
    assert merge(BASE, both, theirs) == Merged(theirs)


def test_the_same_word_changed_in_two_ways_is_a_conflict_that_holds_both_lines():
    ours, theirs = BASE.replace(b"14:30", b"14:31"), BASE.replace(b"14:30", b"14:29")
    conflict = Conflict(b"- 14:30 it broke\n", b"- 14:31 it broke\n", b"- 14:29 it broke\n", line=3)
    assert merge(BASE, ours, theirs) == Merged(ours, (conflict,))


def test_what_is_said_of_a_line_does_not_go_to_another_that_stands_in_its_place():
    base = b"- [x] Ask the vendor\n- [x] Write the runbook\n- [x] Practise failover\n"
    ours = base.replace(b"[x] Write", b"[ ] Write")
    theirs = b"- [x] Write the runbook\n- [x] Ask the vendor\n- [x] Delete unused clusters\n"
    for one, other in ((ours, theirs), (theirs, ours)):
        merged = merge(base, one, other)
        assert merged.conflicts and b"[ ] Delete" not in merged.text


def test_a_box_that_is_ticked_and_a_text_that_is_reworded_are_both_taken():
    base = b"- [ ] Write the runbook for upgrades\n- [ ] Ask\n"
    ours, theirs = base.replace(b"[ ] Write", b"[x] Write"), base.replace(b"for upgrades", b"for every upgrade")
    assert merge(base, ours, theirs) == Merged(b"- [x] Write the runbook for every upgrade\n- [ ] Ask\n")


def test_a_conflict_does_not_stop_other_changes():
    ours = BASE.replace(b"14:30", b"14:31")
    theirs = BASE.replace(b"14:30", b"14:29").replace(b"an alert", b"alerts")
    merged = merge(BASE, ours, theirs)
    assert merged.text == ours.replace(b"an alert", b"alerts")
    assert len(merged.conflicts) == 1


@pytest.mark.parametrize(("ours", "theirs", "conflicts"), [(b"3. x\n", b"3. x\n", 0), (b"3. x\n", b"3. y\n", 1)])
def test_insertions_at_one_place_are_one_where_equal_and_a_conflict_where_not(ours, theirs, conflicts):
    merged = merge(BASE, BASE + ours, BASE + theirs)
    assert (merged.text, len(merged.conflicts)) == (BASE + ours, conflicts)


def test_a_line_that_one_side_takes_away_and_the_other_changes_is_a_conflict():
    ours, theirs = BASE.replace(b"2. add an alert\n", b""), BASE.replace(b"an alert", b"an alert for disks")
    merged = merge(BASE, ours, theirs)
    assert merged.text == ours
    assert [conflict.theirs for conflict in merged.conflicts] == [b"2. add an alert for disks\n"]


def test_line_ends_that_one_side_rewrote_are_a_change_of_their_own():
    crlf = BASE.replace(b"\n", b"\r\n")
    ours = BASE.replace(b"14:30", b"14:31")
    assert merge(BASE, ours, crlf) == Merged(ours.replace(b"\n", b"\r\n"))
    assert merge(crlf, crlf.replace(b"14:30", b"14:31"), BASE) == Merged(ours)


def test_a_byte_order_mark_that_one_side_added_is_a_change_of_its_own():
    ours = BASE.replace(b"14:30", b"14:31")
    assert merge(BASE, ours, BOM + BASE) == Merged(BOM + ours)
    assert merge(BOM + BASE, BOM + ours, BASE) == Merged(ours)


def test_a_missing_last_line_end_stays_missing():
    base, ours, theirs = BASE[:-1], BASE[:-1].replace(b"14:30", b"14:31"), BASE[:-1].replace(b"# Outage", b"# An outage")
    assert merge(base, ours, theirs) == Merged(ours.replace(b"# Outage", b"# An outage"))


# What holds for any three texts

PIECES = st.sampled_from(["alpha", "beta", " ", " ", "\n", "\n", "- ", "\r\n", "é", "日本", "(done)"])
TEXTS = st.lists(PIECES, max_size=25).map(lambda pieces: "".join(pieces).encode())
RAW = st.one_of(TEXTS, st.binary(max_size=40))


@st.composite
def edited(draw, base: bytes, mark: str) -> bytes:
    """`base` with words of its own put in, and stretches taken away."""
    words = re.findall(rb"\s+|\S+", base)
    for n in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(words)))
        taken = draw(st.integers(0, 2))
        words[at : at + taken] = [f"{mark}{n}".encode(), draw(st.sampled_from([b" ", b"\n", b""]))]
    return b"".join(words)


@st.composite
def three(draw) -> tuple[bytes, bytes, bytes]:
    base = draw(TEXTS)
    return base, draw(edited(base, "ours")), draw(edited(base, "theirs"))


@given(three())
def test_no_word_that_a_side_added_is_lost(texts):
    base, ours, theirs = texts
    merged = merge(base, ours, theirs)
    kept = merged.text + b"\n".join(conflict.ours + b"\n" + conflict.theirs for conflict in merged.conflicts)
    added = re.findall(rb"(?:ours|theirs)\d", ours + b" " + theirs)
    assert not Counter(added) - Counter(re.findall(rb"(?:ours|theirs)\d", kept))


@given(three())
def test_no_word_that_nobody_took_away_is_lost(texts):
    base, ours, theirs = (Counter(re.findall(rb"alpha|beta", one)) for one in texts)
    merged = merge(*texts)
    kept = Counter(re.findall(rb"alpha|beta", merged.text + b" ".join(one.theirs for one in merged.conflicts)))
    for word, count in base.items():
        assert kept[word] >= count - max(count - ours[word], 0) - max(count - theirs[word], 0)


@given(three())
def test_the_two_sides_are_treated_alike(texts):
    base, ours, theirs = texts
    one, other = merge(base, ours, theirs), merge(base, theirs, ours)
    assert [(c.base, c.ours, c.theirs) for c in one.conflicts] == [(c.base, c.theirs, c.ours) for c in other.conflicts]
    if not one.conflicts:
        assert one.text == other.text


@given(RAW, RAW)
def test_a_side_that_changed_nothing_gives_the_other(base, other):
    assert merge(base, base, other) == Merged(other)
    assert merge(base, other, base) == Merged(other)
    assert merge(base, other, other) == Merged(other)


@given(RAW, RAW, RAW)
def test_any_bytes_can_be_merged_and_what_is_in_conflict_stands_in_ours(base, ours, theirs):
    merged = merge(base, ours, theirs)
    for conflict in merged.conflicts:
        assert conflict.ours in merged.text.replace(b"\r\n", b"\n") or conflict.ours in merged.text


@given(TEXTS, st.data())
def test_undoing_a_revision_with_nothing_after_it_gives_its_parent_back(parent, data):
    revision = data.draw(edited(parent, "ours"))
    assert merge(revision, revision, parent) == Merged(parent)


# Alignment, and what it costs


@given(st.lists(st.sampled_from("abcde"), max_size=30), st.lists(st.sampled_from("abcde"), max_size=30))
def test_what_is_aligned_is_equal_and_in_order(a, b):
    pairs = align(a, b)
    assert all(a[i] == b[j] for i, j in pairs)
    assert all(before[0] < after[0] and before[1] < after[1] for before, after in itertools.pairwise(pairs))
    assert len(align(a, a)) == len(a)


def _lines(n: int, kind: str) -> tuple[bytes, bytes, bytes]:
    same, few = [b"same line\n"] * n, [b"line %d\n" % (i % 7) for i in range(n)]
    base = {"same": same, "few": few, "unique": [b"line %d\n" % i for i in range(n)], "words": [b"w "] * n}[kind]
    ours, theirs = list(base), list(base)
    for at in range(0, n, n // 10):
        ours[at : at + 1] = [b"ours %d\n" % at] * 2
        theirs[at + 5 : at + 6] = [b"theirs %d\n" % at]
    return b"".join(base), b"".join(ours), b"".join(theirs)


def _steps(work) -> int:
    """How many lines of Python run: a figure that no other load on the machine changes."""
    count = 0

    def trace(frame, event, _):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("kind", ["same", "few", "unique", "words"])
def test_merging_takes_steps_in_proportion_to_length(kind):
    small, large = (_steps(lambda n=n: merge(*_lines(n, kind))) for n in (1_000, 2_000))
    assert large < 2.6 * small


# Diff


def test_a_diff_marks_the_words_that_changed():
    lines = diff(BASE, BASE.replace(b"15:00", b"15:10"))
    changed = [line for line in lines if line.kind in "+-"]
    assert [(line.kind, line.old_line, line.new_line, line.text) for line in changed] == [
        ("-", 4, None, "- 15:00 it was mended"),
        ("+", None, 4, "- 15:10 it was mended"),
    ]
    assert [[word for word, new in line.words if new] for line in changed] == [["00"], ["10"]]


def test_a_wholly_new_line_has_no_marked_words():
    [line] = [line for line in diff(BASE, BASE + b"3. buy disks\n") if line.kind == "+"]
    assert line.words == [("3. buy disks", False)]


def test_lines_far_from_a_change_are_left_out_and_counted():
    old = b"".join(b"line %d\n" % n for n in range(50))
    lines = diff(old, old.replace(b"line 25\n", b"line twenty-five\n"))
    assert [line.kind for line in lines] == ["@", " ", " ", " ", "-", "+", " ", " ", " ", "@"]
    assert (lines[0].text, lines[0].new_line) == ("22 lines unchanged", 23)


def test_a_changed_line_end_is_shown():
    [old, new] = diff(b"a word\r\n", b"a word\n")
    assert (old.words[-1], new.words) == (("␍", True), [("a word", False)])


@given(TEXTS, TEXTS)
def test_a_diff_holds_all_of_both_texts(old, new):
    lines = diff(old, new, context=1_000)
    if old == new:
        assert lines == []
        return
    for text, kinds in ((old, " -"), (new, " +")):
        shown = [line.text for line in lines if line.kind in kinds]
        assert shown == [line.removesuffix("\r") for line in text.decode().removesuffix("\n").split("\n")] or not text.strip(
            b"\r\n"
        )
    assert all("".join(word for word, _ in line.words).startswith(line.text) for line in lines if line.kind != "@")
