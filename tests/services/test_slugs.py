"""An incident's address says its day and title, and is its own."""

from datetime import date

import pytest

from tests.services.documents_of import create, document
from tracker.services.slugs import LONGEST, free_slugs, slug_of

DAY = date(2018, 1, 25)


@pytest.mark.parametrize(
    ("day", "title", "slug"),
    [
        (DAY, "Accidental merge to prod!", "2018-01-25-accidental-merge-to-prod"),
        (DAY, "2018-01-25, Failed deploy", "2018-01-25-failed-deploy"),
        (None, "Café: Größe", "cafe-grosse"),
        (DAY, "…", "2018-01-25"),
        (None, "", "incident"),
    ],
)
def test_an_address_is_the_day_and_the_title(day, title, slug):
    assert slug_of(day, title) == slug


def test_a_long_title_ends_with_a_whole_word():
    slug = slug_of(DAY, "word " * 40)
    assert len(slug) <= LONGEST and slug.endswith("-word")
    assert len(slug_of(None, "x" * 200)) == LONGEST


@pytest.mark.parametrize("more", [0, 30])
def test_taken_ones_get_a_number_whether_few_or_many_are_asked_for(session, more):
    create(session, document("Do it"))
    taken = "2024-03-05-hub-is-down"
    free = free_slugs(session, [taken, taken, "other", *(f"n{n}" for n in range(more))])
    assert free[:3] == [f"{taken}-2", f"{taken}-3", "other"]
    assert len(set(free)) == more + 3
