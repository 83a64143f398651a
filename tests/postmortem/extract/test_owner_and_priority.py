"""An owner's label may be followed by a priority, which is no second person."""

import pytest

from tracker.domain.claims import Claim
from tracker.postmortem.edit import set_claim, set_field
from tracker.postmortem.reader import read

HEAD = b"# 2024-03-02: Mail is lost\n\n## Timeline\n\n- 10:00 The relay is restarted\n\n## Action items\n\n"


@pytest.mark.parametrize(
    ("line", "owners", "priority"),
    [
        ("- Keep the spool. Owner: Ana, P1", ("Ana",), "P1"),
        ("- Keep the spool, owner: Ana Wu / P0", ("Ana Wu",), "P0"),
        ("- Keep the spool. Owner: Ana, Bo", ("Ana", "Bo"), None),
        ("- Keep the spool. Owner: Ana, P1 team", ("Ana", "P1 team"), None),
    ],
)
def test_a_priority_behind_an_owner_is_read_as_one(line: str, owners: tuple[str, ...], priority: str | None) -> None:
    (item,) = read(HEAD + line.encode() + b"\n").items
    assert (item.owners, item.priority) == (owners, priority)


def test_both_can_be_written_where_they_stand() -> None:
    document = read(HEAD + b"- Keep the spool. Owner: Ana, P1\n")
    assert set_field(document, 0, "owner", "Bo") == HEAD + b"- Keep the spool. Owner: Bo, P1\n"
    assert set_field(document, 0, "priority", "P2") == HEAD + b"- Keep the spool. Owner: Ana, P2\n"
    closed = read(set_claim(document, 0, Claim.DONE, day=None)).items[0]
    assert (closed.state, closed.owners, closed.priority) == (Claim.DONE, ("Ana",), "P1")
