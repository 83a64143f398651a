"""A title is what went wrong: its date and the kind of page stand elsewhere."""

import pytest

from tracker.postmortem.extract.titles import bare_title


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("2019-03-04, Queue stuck", "Queue stuck"),
        ("2019-03-04 09:12 UTC: Queue stuck", "Queue stuck"),
        ("Queue stuck - 4 March 2019", "Queue stuck"),
        ("Queue stuck (03/04/19)", "Queue stuck"),
        ("[Postmortem] Queue stuck", "Queue stuck"),
        ("Post-Mortem - Queue stuck - 4 March 2019", "Queue stuck"),
        ("Incident 2019-03-04: queue stuck", "queue stuck"),
        ('2019-03-04, "queue full"', "queue full"),
    ],
)
def test_date_and_kind_are_left_out(written: str, bare: str) -> None:
    assert bare_title(written) == bare


@pytest.mark.parametrize(
    "written",
    [
        "2019-03-04",
        "Incident report",
        "Postmortem March 4, 2019",
        "Postmortem of the queue that stuck on March 4th",
        "Queue stuck, update 2019-03-05",
        "Queues stuck on March 4 & 5, 2019",
        "Release 3.4.19 sticks the queue",
    ],
)
def test_a_date_that_is_part_of_the_sentence_or_all_there_is_stays(written: str) -> None:
    assert bare_title(written) == written
