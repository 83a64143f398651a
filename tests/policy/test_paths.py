"""Which deployment a path belongs to."""

import pytest

from tests.policy.test_load import EXAMPLE
from tracker.policy.load import load
from tracker.policy.model import Deployment
from tracker.policy.paths import owners_of, spec

POLICY = load(EXAMPLE, "p").policy
assert POLICY is not None
HERE = "github.com/berkeley-dsep-infra/datahub"


@pytest.mark.parametrize(
    ("path", "own", "shared"),
    [
        ("datahub/config/prod.yaml", ("datahub",), ()),
        ("user-image/Dockerfile", ("datahub",), ()),
        ("deploy.py", (), ("datahub",)),
        ("travis/install.sh", (), ("datahub",)),
        ("docs/datahub/x", (), ()),  # a pattern with a slash begins at the top
        ("datahubs/x", (), ()),
        ("datahub/Ünïcode\nname", ("datahub",), ()),
    ],
)
def test_a_path_belongs_to_the_deployments_whose_patterns_fit(path: str, own: tuple, shared: tuple) -> None:
    owners = owners_of([path], POLICY, HERE)[path]
    assert (owners.own, owners.shared) == (own, shared)


def test_without_a_repo_every_deployment_is_asked() -> None:
    assert owners_of(["datahub/x"], POLICY)["datahub/x"].own == ("datahub", "prob140")


def test_a_later_pattern_takes_back_as_in_gitignore() -> None:
    hub = Deployment(id="hub", paths=("hub/**", "!hub/docs/**"), stages=POLICY.deployments[0].stages)
    assert spec(hub).match_file("hub/a") and not spec(hub).match_file("hub/docs/a")
