"""What people say from a terminal: on the local database, and under their own token to a server."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.cli.conftest import Done, Tracker
from tests.policy.repos import RepoBuilder
from tests.policy_world import POLICY, PolicyWorld, make_policy_world
from tracker.policy.git import Repo
from tracker.policy.paths import spec
from tracker.services.policies_in_force import in_force
from tracker.store.models import Acknowledgement, Attestation, Override, Person, Waiver

WHY = "Production is down and the exam begins at ten"
Say = Callable[..., Done]


class Quiet(WSGIRequestHandler):
    def log_request(self, *_: Any) -> None:
        pass


@pytest.fixture
def policy(session: Any, cast: Any) -> PolicyWorld:
    return make_policy_world(session, cast)


@pytest.fixture
def served(app: Any) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["here", "server"])
def say(request: pytest.FixtureRequest, tracker: Tracker, policy: PolicyWorld) -> Say:
    """As the admin: on the database itself, and through a server that knows the admin by a token."""
    if request.param == "here":
        return tracker
    url = request.getfixturevalue("served")

    def through(*words: object, **more: str) -> Done:
        return tracker(*words, TRACKER_SERVER=url, TRACKER_TOKEN=policy.admin, **more)

    return through


def test_an_attestation_is_of_the_deployments_own_files_at_that_commit(
    say: Say, session: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    made = RepoBuilder(tmp_path / "clone")
    made.commit({"policy/datahub.yaml": POLICY, "datahub/image": "1\n", "elsewhere": "1\n"}, "One")
    monkeypatch.chdir(made.folder)
    done = say("attest", "data8", "tested", "--ref", "HEAD", "--note", "ran a notebook")
    assert done.returncode == 0, done.stderr
    repo = Repo.around(made.folder, made.environ)
    assert repo is not None
    deployment = in_force(session, "datahub").policy.deployment("datahub")
    assert deployment is not None
    kept = session.scalars(sa.select(Attestation)).one()
    assert kept.content_id == repo.content_id("HEAD", spec(deployment).match_file)
    assert kept.note == "ran a notebook" and "I signed in to staging" in done.stdout
    made.commit({"elsewhere": "2\n"}, "Another deployment's file")
    assert repo.content_id("HEAD", spec(deployment).match_file) == kept.content_id


def test_without_a_clone_the_content_is_named(say: Say, session: Any) -> None:
    done = say("attest", "datahub", "tested")
    assert done.returncode == 2 and "--content ID" in done.stderr
    assert say("attest", "datahub", "tested", "--content", "e08a").returncode == 0
    assert session.scalars(sa.select(Attestation.content_id)).all() == ["e08a"]


def test_reading_the_text_is_said_of_the_text_as_it_is_now(say: Say, session: Any) -> None:
    done = say("ack", "datahub")
    kept = session.scalars(sa.select(Acknowledgement)).one()
    assert done.returncode == 0 and kept.sha256[:8] in done.stdout and "docs/policy/deployment.md" in done.stdout


def test_a_waiver_takes_a_day_and_never_a_hard_check(say: Say, session: Any) -> None:
    words = ("-d", "datahub", "-s", "prod", "--reason", "The exam is tomorrow")
    assert "cannot be waived" in say("waive", "online", *words).stderr
    assert "is no day" in say("waive", "soak", *words, "--until", "soon").stderr
    assert session.scalars(sa.select(Waiver)).all() == []
    session.rollback()
    assert say("waive", "soak", *words).returncode == 0
    assert session.scalars(sa.select(Waiver)).one().reason == "The exam is tomorrow"


def test_the_code_of_broken_glass_is_all_that_is_printed(say: Say, session: Any) -> None:
    words = ("break-glass", "-d", "datahub", "-s", "prod", "--reason")
    assert say(*words, "because").returncode == 2
    code = say(*words, WHY).stdout.strip()
    kept = session.scalars(sa.select(Override)).one()
    assert code.startswith("trk_bg_") and kept.code_hash != code and kept.reason == WHY


def test_what_is_said_stands_under_the_tokens_person(
    tracker: Tracker, served: str, policy: PolicyWorld, session: Any
) -> None:
    def through(token: str, *words: str) -> Done:
        return tracker(*words, TRACKER_SERVER=served, TRACKER_TOKEN=token)

    assert through(policy.reader, "ack", "datahub").returncode == 0
    name = session.scalars(sa.select(Person.name).join(Acknowledgement)).one()
    session.rollback()
    assert name == "Rosa"
    assert through(policy.ci, "ack", "datahub").returncode == 2  # CI has read nothing
    refused = through(policy.reader, "break-glass", "-d", "datahub", "-s", "prod", "--reason", WHY)
    assert refused.returncode == 2 and "break the glass" in refused.stderr
    assert session.scalars(sa.select(Override)).all() == []
