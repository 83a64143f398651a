"""Whether an incident is going on, and who says so."""

import pytest
import sqlalchemy as sa

from tests.services.documents_of import NOW, TODAY, create, document
from tracker.domain.errors import Conflict, Invalid
from tracker.services import gate_facts, incidents, outages
from tracker.store.models import Deployment, Event, Policy


@pytest.fixture
def deployment(session):
    session.add(Policy(id=1, name="p"))
    session.flush()
    session.add(Deployment(policy_id=1, slug="datahub", title="DataHub of all", aliases=["data8"]))
    session.flush()
    return session.scalars(sa.select(Deployment)).one()


def test_one_that_is_declared_goes_on_until_somebody_says_that_it_is_over(session, cast, deployment):
    made = outages.declare(session, "Hub is down", deployments=["Data8"], by=cast.editor, at=NOW, today=TODAY)
    assert gate_facts.open_incidents(session, deployment) == [made]
    assert incidents.facts(session, made).deployments == ("Data8",)
    outages.resolve(session, made, by=cast.editor, at=NOW)
    assert gate_facts.open_incidents(session, deployment) == []
    outages.reopen(session, made, by=cast.editor, at=NOW)
    assert gate_facts.open_incidents(session, deployment) == [made]
    verbs = sa.select(Event.verb).where(Event.incident_id == made.id, Event.verb.in_(["resolved", "declared"]))
    assert list(session.scalars(verbs.order_by(Event.id))) == ["resolved", "declared"]


@pytest.mark.parametrize("named", ["datahub", "DATAHUB", "DataHub of all", "data8"])
def test_an_incident_may_call_its_deployment_by_any_of_its_names(session, cast, deployment, named):
    outages.declare(session, "Hub is down", deployments=[named], by=cast.editor, at=NOW, today=TODAY)
    assert len(gate_facts.open_incidents(session, deployment)) == 1


def test_one_of_another_deployment_is_not_of_this(session, cast, deployment):
    outages.declare(session, "Hub is down", deployments=["datahub-staging"], by=cast.editor, at=NOW, today=TODAY)
    assert gate_facts.open_incidents(session, deployment) == []


def test_what_was_taken_in_is_over(session, cast, deployment):
    saved = create(session, document("- [ ] Do it"), by=cast.editor)
    with pytest.raises(Conflict):
        outages.resolve(session, saved.incident, by=cast.editor, at=NOW)


def test_twice_is_refused_and_so_is_no_title(session, cast):
    made = outages.declare(session, "Hub is down", deployments=[], by=cast.editor, at=NOW, today=TODAY)
    with pytest.raises(Conflict):
        outages.reopen(session, made, by=cast.editor, at=NOW)
    for title in (" ", "x" * 201):
        with pytest.raises(Invalid):
            outages.declare(session, title, deployments=[], by=cast.editor, at=NOW, today=TODAY)
