"""What is said of an incident beside its document."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from tracker.domain.claims import Role, Status, Visibility
from tracker.domain.errors import Invalid, NotFound
from tracker.services import incidents
from tracker.store.models import Event, Incident, IncidentReader, Person

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def add(session, thing):
    session.add(thing)
    session.flush()
    return thing


@pytest.fixture
def person(session):
    return lambda name, role: add(session, Person(name=name, role=role, created_at=NOW))


@pytest.fixture
def ada(person):
    return person("Ada", Role.EDITOR)


@pytest.fixture
def sam(person):
    return person("Sam", Role.READER)


@pytest.fixture
def incident(session):
    return add(session, Incident(slug="dns-is-slow", name="dns.md"))


def test_facts_are_kept_and_written_down_as_one_event(session, incident, ada, sam):
    new = replace(
        incidents.facts(session, incident),
        status=Status.IN_REVIEW,
        severity="  SEV  2 ",
        owner_id=sam.id,
        due=date(2026, 12, 1),
        deployments=("prod", "hub , hub", ""),
    )
    assert incidents.set_facts(session, incident, new, by=ada, at=NOW)
    kept = incidents.facts(session, incident)
    assert (kept.severity, kept.owner_id, kept.deployments) == ("SEV 2", sam.id, ("hub", "prod"))
    event = session.scalars(sa.select(Event)).one()
    assert event.old == {"status": "draft", "owner_id": None, "due": None, "severity": None, "deployments": []}
    assert event.new["due"] == "2026-12-01"


def test_saying_the_same_again_changes_nothing(session, incident, ada):
    assert incidents.set_facts(session, incident, incidents.facts(session, incident), by=ada, at=NOW) is None
    assert session.scalar(sa.select(sa.func.count()).select_from(Event)) == 0


def test_a_restricted_incident_names_its_owner_and_whoever_restricts_it(session, incident, ada, sam):
    new = replace(incidents.facts(session, incident), visibility=Visibility.RESTRICTED, owner_id=sam.id)
    incidents.set_facts(session, incident, new, by=ada, at=NOW)
    assert incidents.facts(session, incident).readers == (ada.id, sam.id)
    assert incidents.find(session, "dns-is-slow", sam).id == incident.id


def test_a_restricted_incident_does_not_exist_for_others(session, incident, ada, sam, person):
    new = replace(incidents.facts(session, incident), visibility=Visibility.RESTRICTED)
    incidents.set_facts(session, incident, new, by=ada, at=NOW)
    with pytest.raises(NotFound) as hidden:
        incidents.find(session, "dns-is-slow", sam)
    with pytest.raises(NotFound) as unknown:
        incidents.find(session, "no-such-thing", sam)
    assert str(hidden.value) == str(unknown.value)
    assert incidents.find(session, "dns-is-slow", person("Root", Role.ADMIN)).id == incident.id


def test_only_public_ones_exist_for_somebody_who_is_not_signed_in(session, incident, ada):
    with pytest.raises(NotFound):
        incidents.find(session, "dns-is-slow", None)
    new = replace(incidents.facts(session, incident), visibility=Visibility.PUBLIC)
    incidents.set_facts(session, incident, new, by=ada, at=NOW)
    assert incidents.find(session, "dns-is-slow", None).id == incident.id


def test_named_readers_are_forgotten_when_it_is_opened_again(session, incident, ada, sam):
    shut = replace(incidents.facts(session, incident), visibility=Visibility.RESTRICTED, readers=(sam.id,))
    incidents.set_facts(session, incident, shut, by=ada, at=NOW)
    incidents.set_facts(session, incident, replace(shut, visibility=Visibility.INTERNAL), by=ada, at=NOW)
    assert session.scalar(sa.select(sa.func.count()).select_from(IncidentReader)) == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"severity": "x" * 41}, "severity"),
        ({"severity": "a\x07"}, "severity"),
        ({"deployments": ("x" * 81,)}, "deployments"),
        ({"deployments": tuple(f"d{n}" for n in range(51))}, "deployments"),
        ({"owner_id": 999}, "readers"),
        ({"visibility": Visibility.RESTRICTED, "readers": (999,)}, "readers"),
    ],
)
def test_values_are_checked_and_nothing_changes(session, incident, ada, change, field):
    before = incidents.facts(session, incident)
    with pytest.raises(Invalid) as caught:
        incidents.set_facts(session, incident, replace(before, **change), by=ada, at=NOW)
    assert caught.value.field == field
    assert incidents.facts(session, incident) == before


def test_deployments_are_offered_from_incidents_that_one_may_see(session, incident, ada, sam):
    new = replace(incidents.facts(session, incident), visibility=Visibility.RESTRICTED, deployments=("secret hub",))
    incidents.set_facts(session, incident, new, by=ada, at=NOW)
    assert incidents.known_deployments(session, ada) == ["secret hub"]
    assert incidents.known_deployments(session, sam) == []
