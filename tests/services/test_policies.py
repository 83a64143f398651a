"""Putting a policy in force: what is refused, what changes, and that rows follow."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.policy_world import DOCUMENT, NOW, POLICY, TEXT, incident_of, make_policy_world, push
from tracker.domain.claims import Visibility
from tracker.domain.errors import Conflict, Invalid, NotFound
from tracker.domain.policy import Enforcement
from tracker.services import policies
from tracker.store.models import Check, CheckState, Deployment, PolicyPush, PolicyText, PolicyVersion, Proof, Stage


@pytest.fixture
def world(session, cast):
    return make_policy_world(session, cast)


def slugs(session, model, *, removed=False):
    gone = model.removed_at.is_not(None) if removed else model.removed_at.is_(None)
    return sorted(session.scalars(sa.select(model.slug).where(gone)))


def test_what_is_pushed_is_in_force_and_has_its_rows(session, world):
    there = policies.in_force(session, "datahub")
    assert there.policy.title == "How the hubs are deployed"
    assert slugs(session, Deployment) == ["datahub", "other"]
    assert slugs(session, Stage) == ["prod", "prod", "staging"]
    assert slugs(session, Check) == ["acknowledged", "back", "labs", "load", "one-hub", "online", "soak", "tested"]
    proven = sa.select(sa.func.count()).select_from(Proof)
    assert session.scalar(proven) == 3
    due = session.execute(sa.select(Check.slug, CheckState.next_run_at).join(Check, Check.id == CheckState.check_id)).all()
    assert [(slug, at) for slug, at in due if at] == [("acknowledged", NOW)]


def test_the_same_again_changes_nothing(session, cast, world):
    again = push(session, by=cast.admin, at=NOW + timedelta(days=1))
    assert again.changed == []
    for model, number in ((PolicyVersion, 1), (PolicyPush, 1), (PolicyText, 1)):
        assert session.scalar(sa.select(sa.func.count()).select_from(model)) == number


def test_an_older_version_comes_back_by_being_pushed_again(session, cast, world):
    push(session, POLICY.replace("enforcement: hard", "enforcement: advisory", 1), by=cast.admin)
    push(session, by=cast.admin)
    assert policies.in_force(session, "datahub").policy.check("online").enforcement is Enforcement.HARD
    assert session.scalar(sa.select(sa.func.count()).select_from(PolicyVersion)) == 2
    assert session.scalar(sa.select(sa.func.count()).select_from(PolicyPush)) == 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("enforcement: hard", "enforcement: advisory", "check online: softened from hard to advisory"),
        ("  - id: soak\n", "  - id: baked\n", "check baked added (soft)"),
        ("  - id: soak\n", "  - id: baked\n    was: soak\n", "check soak is now baked"),
        ("min_age: 30m", "min_age: 10m", "check soak: with changed"),
        ("aliases: [data8]", "aliases: [hub]", "deployment datahub changed"),
        ("Labs run until 19:00", "Labs run", "windows changed"),
    ],
)
def test_what_a_push_changes_is_said(session, cast, world, old, new, said):
    yaml = POLICY.replace(old, new)
    yaml = yaml.replace("relax: [soak", "relax: [baked") if "baked" in new else yaml
    assert said in push(session, yaml, by=cast.admin).changed


def test_a_renamed_check_keeps_its_row_and_a_removed_one_is_marked_so(session, cast, world):
    was = session.scalar(sa.select(Check.id).where(Check.slug == "online"))
    push(session, POLICY.replace("  - id: online\n", "  - id: staging-online\n    was: online\n"), by=cast.admin)
    assert session.scalar(sa.select(Check.slug).where(Check.id == was)) == "staging-online"
    start, end = POLICY.index("  - id: labs"), POLICY.index("  - id: soak")
    without = (POLICY[:start] + POLICY[end:]).replace(", labs", "")
    push(session, without, by=cast.admin)
    assert "labs" in slugs(session, Check, removed=True) and "online" in slugs(session, Check)
    push(session, by=cast.admin)
    assert "labs" in slugs(session, Check), "and comes back"


def test_a_deployment_that_is_dropped_is_marked_so_and_found_no_more(session, cast, world):
    start, end = POLICY.index("  - id: other"), POLICY.index("windows:")
    check, rest = POLICY.index("  - id: back"), POLICY.index("rollback:")
    push(session, POLICY[:start] + POLICY[end:check] + POLICY[rest:], by=cast.admin)
    assert slugs(session, Deployment) == ["datahub"]
    with pytest.raises(NotFound, match="there is datahub"):
        policies.of_deployment(session, "other")


def test_a_text_with_errors_is_refused_with_its_lines_and_nothing_is_kept(session, cast, world):
    broken = POLICY.replace("kind: window", "kind: wyndow")
    with pytest.raises(Invalid, match=r"policy\.yaml:\d+: .*wyndow"):
        push(session, broken, by=cast.admin)
    assert session.scalar(sa.select(sa.func.count()).select_from(PolicyVersion)) == 1


@pytest.mark.parametrize(
    ("proves", "refused"),
    [
        ("A2 Block merges", None),
        ("A2", None),
        ("A2 Blocking a merge to production", None),
        ("A2 Every admin read the text", "A2 as “Every admin read the text”, but that says “Block merges"),
        ("A77 Block merges", "A77, no action item"),
    ],
)
def test_the_words_of_proves_have_to_fit_the_key(session, cast, world, proves, refused):
    yaml = POLICY.replace("proves: [A2 Block merges]", f"proves: [{proves}]")
    if refused is None:
        push(session, yaml, by=cast.admin)
    else:
        line = 1 + yaml[: yaml.index(proves)].count("\n")
        with pytest.raises(Invalid, match=rf"policy.yaml:{line}: .*{refused}"):
            push(session, yaml, by=cast.admin)


def test_ci_cannot_read_a_restricted_item_by_guessing_words(session, cast, world):
    incident_of(session, world.incident).visibility = Visibility.RESTRICTED
    session.flush()
    for proves in ("A2 Block merges", "A2 Something else entirely"):
        yaml = POLICY.replace("proves: [A2 Block merges]", f"proves: [{proves}]")
        with pytest.raises(Invalid) as refused:
            policies.push(session, yaml.encode(), texts={DOCUMENT: TEXT}, by="CI", at=NOW)
        assert "merges to production" not in str(refused.value)
        assert "A2, no action item" in str(refused.value)


def test_another_name_than_the_text_has_is_refused(session, cast, world):
    with pytest.raises(Invalid, match="is the policy datahub"):
        policies.push(session, POLICY.encode(), policy_name="other", texts={DOCUMENT: TEXT}, by="CI", at=NOW)


def test_texts_are_kept_where_they_change(session, cast, world):
    def texts(body, days):
        policies.push(session, POLICY.encode(), texts={DOCUMENT: body}, at=NOW + timedelta(days=days), seen_by=cast.admin)
        return list(session.scalars(sa.select(PolicyText.body).order_by(PolicyText.id)))

    assert texts(TEXT, 1) == [TEXT]
    assert texts("new", 2) == [TEXT, "new"]
    assert texts(TEXT, 3) == [TEXT, "new", TEXT]
    with pytest.raises(Invalid, match="names no document"):
        policies.push(session, POLICY.encode(), texts={"other.md": "x"}, at=NOW, seen_by=cast.admin)


def test_a_deployment_is_found_by_alias_and_refused_where_two_policies_have_it(session, cast, world):
    assert policies.of_deployment(session, "DATA8")[1].slug == "datahub"
    start, end = POLICY.index("    proves: [A1"), POLICY.index("  - id: tested")
    second = (POLICY[:start] + POLICY[end:]).replace("name: datahub", "name: second")
    second = second.replace("    proves: [A2 Block merges]\n", "").replace("    proves: [A3 which deployment]\n", "")
    push(session, second, by=cast.admin)
    with pytest.raises(Conflict, match="datahub, second"):
        policies.of_deployment(session, "datahub")
    assert policies.of_deployment(session, "datahub", "second")[0].policy.name == "second"
