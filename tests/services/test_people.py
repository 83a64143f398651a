"""Who there is, what keeps the data true, and how somebody gets in and out."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tracker.domain.claims import Role
from tracker.domain.errors import Conflict, Forbidden, Invalid, NotFound
from tracker.services import logins, people, sign_ins
from tracker.services.gate_facts import person_of_actor
from tracker.store.models import Event, Login, Person

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def admin(session):
    return people.first_admin(session, at=NOW)


@pytest.fixture
def ada(session, admin):
    return people.invite(session, "Ada", "Ada@Example.org", Role.EDITOR, by=admin, at=NOW)


def signed_in(session, person, at=NOW, agent="Firefox"):
    link = people.make_link(session, person, at=at, hours=72)
    return people.use_link(session, link, at=at, days=30, agent=agent)


def verbs(session):
    return list(session.scalars(sa.select(Event.verb).order_by(Event.id)))


def test_the_first_person_is_the_admin_and_there_is_one(session):
    first = people.first_admin(session, at=NOW)
    assert first.role is Role.ADMIN
    assert people.first_admin(session, at=LATER).id == first.id
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1


def test_a_link_signs_in_once_and_a_second_use_says_so(session, ada):
    link = people.make_link(session, ada, at=NOW, hours=1)
    token = people.use_link(session, link, at=LATER, days=30, agent="Firefox")
    assert token != link
    assert people.person_of(session, token, at=LATER).id == ada.id
    with pytest.raises(Conflict, match="used already"):
        people.use_link(session, link, at=LATER, days=30, agent="Firefox")


def test_looking_at_a_link_does_not_use_it(session, ada):
    link = people.make_link(session, ada, at=NOW, hours=1)
    assert sign_ins.link_owner(session, link, at=NOW).id == ada.id
    assert people.use_link(session, link, at=NOW, days=1, agent="")


@pytest.mark.parametrize(("minutes", "fine"), [(59, True), (60, False), (61, False)])
def test_a_link_ends_after_its_hours(session, ada, minutes, fine):
    link = people.make_link(session, ada, at=NOW, hours=1)
    at = NOW + timedelta(minutes=minutes)
    if fine:
        assert people.use_link(session, link, at=at, days=1, agent="")
    else:
        with pytest.raises(Conflict, match="too old"):
            people.use_link(session, link, at=at, days=1, agent="")


@pytest.mark.parametrize("token", ["", "x", "é\ud800", "a" * 5000])
def test_an_unknown_token_is_nobody(session, ada, token):
    assert people.person_of(session, token, at=NOW) is None
    with pytest.raises(NotFound):
        people.use_link(session, token, at=NOW, days=1, agent="")


def test_secrets_are_kept_as_hashes_only_and_a_link_is_no_session(session, ada):
    link = people.make_link(session, ada, at=NOW, hours=1)
    token = signed_in(session, ada)
    stored = set(session.scalars(sa.select(Login.hash)))
    assert not {link, token} & stored
    assert people.person_of(session, link, at=NOW) is None
    for digest in stored:
        assert people.person_of(session, digest, at=NOW) is None
    with pytest.raises(NotFound):
        people.use_link(session, token, at=NOW, days=1, agent="")


def test_a_sign_in_ends_absolutely(session, ada):
    token = signed_in(session, ada)
    for day in range(1, 31, 2):
        people.seen(session, token, at=NOW + timedelta(days=day))
    assert people.person_of(session, token, at=NOW + timedelta(days=30, seconds=-1))
    assert people.person_of(session, token, at=NOW + timedelta(days=30)) is None


def test_a_sign_in_ends_when_idle_and_a_use_keeps_it(session, ada):
    used, idle = signed_in(session, ada), signed_in(session, ada)
    people.seen(session, used, at=NOW + timedelta(days=10))
    at = NOW + timedelta(days=15)
    assert people.person_of(session, used, at=at).id == ada.id
    assert people.person_of(session, idle, at=at) is None


def test_a_use_is_written_at_most_every_few_minutes(session, ada):
    token = signed_in(session, ada)
    people.seen(session, token, at=NOW + timedelta(minutes=2))
    assert people.sign_ins(session, ada, at=LATER)[0].last_seen_at == NOW
    people.seen(session, token, at=NOW + timedelta(minutes=6))
    session.expire_all()
    assert people.sign_ins(session, ada, at=LATER)[0].last_seen_at == NOW + timedelta(minutes=6)


def test_signing_out_ends_that_sign_in_only(session, ada):
    here, there = signed_in(session, ada), signed_in(session, ada)
    people.sign_out(session, here, at=LATER)
    people.sign_out(session, here, at=LATER)
    assert people.person_of(session, here, at=LATER) is None
    assert people.person_of(session, there, at=LATER)
    assert verbs(session).count("signed out") == 1


def test_people_see_their_own_sign_ins_and_which_one_this_is(session, ada):
    here = signed_in(session, ada, agent="Firefox\n\x00 on Linux")
    signed_in(session, ada, at=NOW - timedelta(hours=1), agent="Chrome")
    rows = people.sign_ins(session, ada, at=NOW, token=here)
    assert [(row.agent, row.is_this) for row in rows] == [("Firefox on Linux", True), ("Chrome", False)]


def test_a_sign_in_is_ended_by_its_owner_and_by_admins_and_does_not_exist_for_others(session, admin, ada):
    stranger = people.invite(session, "Sam", None, Role.EDITOR, by=admin, at=NOW)
    tokens = [signed_in(session, ada) for _ in range(2)]
    one, two = (row.id for row in people.sign_ins(session, ada, at=NOW))
    with pytest.raises(NotFound):
        people.revoke(session, ada, one, by=stranger, at=NOW)
    with pytest.raises(NotFound):
        people.revoke(session, stranger, one, by=stranger, at=NOW)
    people.revoke(session, ada, one, by=ada, at=NOW)
    people.revoke(session, ada, two, by=admin, at=NOW)
    assert [people.person_of(session, token, at=NOW) for token in tokens] == [None, None]


def test_all_other_sign_ins_can_be_ended_at_once(session, ada):
    here, there = signed_in(session, ada), signed_in(session, ada)
    link = people.make_link(session, ada, at=NOW, hours=1)
    assert sign_ins.revoke_others(session, ada, here, by=ada, at=NOW) == 2
    assert people.person_of(session, here, at=NOW)
    assert people.person_of(session, there, at=NOW) is None
    with pytest.raises(Conflict):
        people.use_link(session, link, at=NOW, days=1, agent="")


def test_disabling_ends_sign_ins_and_links_at_once(session, admin, ada):
    token, link = signed_in(session, ada), people.make_link(session, ada, at=NOW, hours=1)
    people.disable(session, ada, by=admin, at=NOW)
    assert people.person_of(session, token, at=NOW) is None
    with pytest.raises(Conflict):
        people.use_link(session, link, at=NOW, days=1, agent="")
    with pytest.raises(Conflict, match="disabled"):
        people.make_link(session, ada, at=NOW, hours=1)
    people.enable(session, ada, by=admin, at=NOW)
    assert people.person_of(session, token, at=NOW) is None
    assert signed_in(session, ada)


def test_the_last_admin_stays(session, admin, ada):
    with pytest.raises(Conflict, match="only admin"):
        people.set_role(session, admin, Role.READER, by=admin, at=NOW)
    with pytest.raises(Conflict, match="only admin"):
        people.disable(session, admin, by=admin, at=NOW)
    people.set_role(session, ada, Role.ADMIN, by=admin, at=NOW)
    people.disable(session, admin, by=ada, at=NOW)
    with pytest.raises(Conflict, match="only admin"):
        people.set_role(session, ada, Role.EDITOR, by=ada, at=NOW)


def test_a_disabled_admin_does_not_count_as_one(session, admin, ada):
    people.set_role(session, ada, Role.ADMIN, by=admin, at=NOW)
    people.disable(session, ada, by=admin, at=NOW)
    with pytest.raises(Conflict, match="only admin"):
        people.disable(session, admin, by=admin, at=NOW)


def test_only_admins_invite_and_change_people(session, admin, ada):
    for act in (
        lambda: people.invite(session, "Bob", None, Role.ADMIN, by=ada, at=NOW),
        lambda: people.set_role(session, ada, Role.ADMIN, by=ada, at=NOW),
        lambda: people.disable(session, admin, by=ada, at=NOW),
        lambda: people.enable(session, admin, by=ada, at=NOW),
        lambda: people.rename(session, admin, "Eve", None, by=ada, at=NOW),
    ):
        with pytest.raises(Forbidden):
            act()
    assert ada.role is Role.EDITOR


def test_people_rename_themselves(session, ada):
    people.rename(session, ada, "  Ada   Lovelace ", "ada@example.org", by=ada, at=NOW)
    assert (ada.name, ada.email) == ("Ada Lovelace", "ada@example.org")
    assert verbs(session)[-1] == "person renamed"


@pytest.mark.parametrize("email", ["ADA@example.org", " ada@EXAMPLE.org "])
def test_an_email_is_one_persons(session, admin, ada, email):
    with pytest.raises(Conflict, match="there already"):
        people.invite(session, "Another", email, Role.READER, by=admin, at=NOW)
    assert people.invite(session, "Another", None, Role.READER, by=admin, at=NOW).email is None
    assert people.invite(session, "A third", "", Role.READER, by=admin, at=NOW).email is None


@pytest.mark.parametrize(
    ("name", "email", "field"),
    [("", None, "name"), (" \n", None, "name"), ("x" * 101, None, "name"), ("a\x07", None, "name"), ("A", "ada", "email")]
    + [("A", bad, "email") for bad in ("@x", "a@", "a b@x.org", "a@x\r\nBcc: y@z", "a" * 250 + "@x.org")],
)
def test_a_name_and_an_email_are_checked(session, admin, name, email, field):
    with pytest.raises(Invalid) as caught:
        people.invite(session, name, email, Role.READER, by=admin, at=NOW)
    assert caught.value.field == field


def test_somebody_is_found_by_email_or_by_a_name_that_one_person_has(session, admin, ada):
    assert people.find(session, "ADA@example.org").id == ada.id
    assert people.find(session, "ada").id == ada.id
    people.invite(session, "Ada", "ada@example.com", Role.READER, by=admin, at=NOW)
    with pytest.raises(Conflict, match="2 people"):
        people.find(session, "Ada")
    with pytest.raises(NotFound, match="nobody called"):
        people.find(session, "Zoe")


def test_two_people_of_one_name_are_told_apart_by_an_email(session, admin, ada):
    with pytest.raises(Conflict, match=r"already somebody called Ada \(ada@example.org\)"):
        people.invite(session, "ADA ", None, Role.READER, by=admin, at=NOW)
    people.invite(session, "Ada", "ada@example.com", Role.READER, by=admin, at=NOW)
    assert people.namesakes(session, " ada") == ["Ada (ada@example.org)", "Ada (ada@example.com)"]


def test_the_list_counts_living_sign_ins_and_shows_waiting_links(session, admin, ada):
    signed_in(session, ada)
    signed_in(session, ada, at=NOW - timedelta(days=40))
    people.make_link(session, admin, at=NOW, hours=2)
    rows = {row.name: row for row in people.everybody(session, at=LATER)}
    assert (rows["Ada"].sign_ins, rows["Ada"].last_seen_at, rows["Ada"].link_until) == (1, NOW, None)
    assert (rows["Admin"].sign_ins, rows["Admin"].link_until) == (0, NOW + timedelta(hours=2))


def test_what_is_done_to_people_is_written_down(session, admin, ada):
    signed_in(session, ada)
    people.set_role(session, ada, Role.READER, by=admin, at=NOW)
    people.disable(session, ada, by=admin, at=NOW)
    session.flush()
    assert verbs(session) == ["person added", "person added", "signed in", "role changed", "person disabled"]
    changed = session.scalar(sa.select(Event).where(Event.verb == "role changed"))
    assert (changed.by_id, changed.old, changed.new) == (admin.id, {"role": "editor"}, {"person": ada.id, "role": "reader"})


def test_a_login_on_a_forge_is_one_persons_and_written_down(session, admin, ada):
    logins.set_logins(session, ada, ["GitHub:Ada", " gitlab:lovelace", ""], by=admin, at=NOW)
    assert logins.logins_of(session, ada) == ["github:ada", "gitlab:lovelace"]
    assert person_of_actor(session, "ADA", "github").id == ada.id
    with pytest.raises(Conflict, match="github:ada is Ada already"):
        logins.set_logins(session, admin, ["github:ada"], by=admin, at=NOW)
    with pytest.raises(Invalid, match="write it as github:octocat"):
        logins.set_logins(session, admin, ["octocat"], by=admin, at=NOW)
    logins.set_logins(session, ada, [], by=admin, at=NOW)
    assert person_of_actor(session, "ada", "github") is None
    session.flush()
    assert verbs(session)[-2:] == ["logins changed", "logins changed"]
