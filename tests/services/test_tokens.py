"""Tokens: what is kept of them, how long they are good, and what they are good for."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.policy_world import NOW
from tracker.domain.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from tracker.services import people, tokens
from tracker.store.models import Event, Token


@pytest.fixture
def make(session, cast):
    def make(**how):
        known = {"by": cast.admin, "name": "CI", "policy": "datahub", "at": NOW}
        return tokens.make(session, **{**known, **how})

    return make


def of(session, secret, at=NOW):
    return tokens.of(session, secret, at)


def test_the_secret_is_kept_nowhere(session, make):
    secret = make()
    assert secret.startswith("trk_ci_") and len(secret) > 40
    kept = session.scalars(sa.select(Token)).one()
    everything = repr([getattr(kept, column.key) for column in sa.inspect(Token).columns])
    events = repr([event.new for event in session.scalars(sa.select(Event))])
    assert secret not in everything + events and secret[7:] not in everything + events


def test_no_two_secrets_are_alike(make):
    assert len({make() for _ in range(20)}) == 20


@pytest.mark.parametrize("shown", [None, "", "trk_ci_made-up", "Bearer x"])
def test_what_is_no_token_signs_nobody_in(session, make, shown):
    make()
    with pytest.raises(SignInNeeded):
        of(session, shown)


def test_a_token_ends_with_its_days_and_when_it_is_revoked(session, cast, make):
    secret = make(days=2)
    assert of(session, secret, NOW + timedelta(days=2) - timedelta(seconds=1)).name == "CI"
    with pytest.raises(SignInNeeded):
        of(session, secret, NOW + timedelta(days=2))
    token = of(session, secret)
    tokens.revoke(session, token.id, by=cast.admin, at=NOW)
    with pytest.raises(SignInNeeded):
        of(session, secret)
    with pytest.raises(Conflict):
        tokens.revoke(session, token.id, by=cast.admin, at=NOW)


@pytest.mark.parametrize(
    ("scope", "policy", "deployment", "stage", "fine"),
    [
        (tokens.GATE, "datahub", "datahub", "prod", True),
        (tokens.GATE, "datahub", None, None, True),
        (tokens.WRITE, "datahub", None, None, False),
        (tokens.GATE, "another", "datahub", "prod", False),
        (tokens.GATE, "datahub", "other", "prod", False),
        (tokens.GATE, "datahub", "datahub", "staging", False),
    ],
)
def test_a_token_is_bound_to_its_policy_deployments_stages_and_scopes(session, make, scope, policy, deployment, stage, fine):
    token = of(session, make(deployments=["datahub"], stages=["prod"], scopes=[tokens.GATE, tokens.RECORD]))
    if fine:
        tokens.allow(session, token, scope, policy, deployment, stage)
    else:
        with pytest.raises(Forbidden):
            tokens.allow(session, token, scope, policy, deployment, stage)


@pytest.mark.parametrize(
    ("who", "scope", "fine"),
    [
        ("admin", tokens.WRITE, True),
        ("editor", tokens.WRITE, False),
        ("editor", tokens.GATE, True),
        ("reader", tokens.GATE, False),
    ],
)
def test_ones_own_token_may_do_what_one_may(session, cast, who, scope, fine):
    token = of(session, tokens.make_own(session, getattr(cast, who), name="laptop", at=NOW))
    assert tokens.person_of(session, token).id == getattr(cast, who).id
    if fine:
        tokens.allow(session, token, scope, "datahub", "datahub", "prod")
    else:
        with pytest.raises(Forbidden):
            tokens.allow(session, token, scope, "datahub", "datahub", "prod")


def test_a_person_who_is_shut_out_is_shut_out_with_their_tokens(session, cast):
    secret = tokens.make_own(session, cast.editor, name="laptop", at=NOW)
    people.disable(session, cast.editor, by=cast.admin, at=NOW)
    with pytest.raises(SignInNeeded):
        of(session, secret)


def test_ci_can_say_nothing_that_takes_a_person(session, make):
    with pytest.raises(Forbidden, match="takes a person"):
        tokens.person_of(session, of(session, make()))


@pytest.mark.parametrize("how", [{"scopes": ["all"]}, {"scopes": []}, {"days": 0}, {"days": 9999}, {"name": " "}])
def test_what_is_no_token_is_not_made(make, how):
    with pytest.raises(Invalid):
        make(**how)


def test_only_an_admin_makes_tokens_of_ci_and_ends_those_of_others(session, cast, make):
    with pytest.raises(Forbidden):
        make(by=cast.editor)
    theirs = of(session, make())
    with pytest.raises(NotFound):
        tokens.revoke(session, theirs.id, by=cast.editor, at=NOW)
    own = of(session, tokens.make_own(session, cast.editor, name="laptop", at=NOW))
    tokens.revoke(session, own.id, by=cast.editor, at=NOW)
    assert [row.name for row in tokens.everything(session, only=cast.editor)] == ["laptop"]
    assert [row.name for row in tokens.everything(session)] == ["laptop", "CI"]


def test_the_last_use_is_noted_at_most_every_few_minutes(session, make):
    secret = make()
    for minutes, noted in ((0, 0), (2, 0), (5, 5)):
        at = NOW + timedelta(minutes=minutes)
        tokens.used(session, of(session, secret, at), at)
        session.expire_all()
        assert of(session, secret, at).last_used_at == NOW + timedelta(minutes=noted)
