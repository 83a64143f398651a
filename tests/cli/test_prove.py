"""Tying an item to a check at a terminal, looking at it, and taking that away."""

from pathlib import Path

import pytest

from tests.cli.conftest import Tracker
from tests.services.test_simulated_year import INCIDENT, POLICY

ON = ("-d", "hub", "-s", "prod", "--check", "one-hub-named")


@pytest.fixture
def team(tracker: Tracker, tmp_path: Path) -> Tracker:
    (tmp_path / "merge.md").write_bytes(INCIDENT)
    (tmp_path / "policy.yaml").write_text(POLICY.replace("ENFORCEMENT", "hard"))
    assert tracker("import", "merge.md").returncode == 0
    pushed = tracker("policy", "push", "policy.yaml")
    assert pushed.returncode == 0, pushed.stderr
    return tracker


def test_an_item_is_tied_to_a_check_and_no_longer(team: Tracker) -> None:
    proven = team("prove", "a1", *ON)
    assert proven.returncode == 0
    assert "A1 is proven by one-hub-named on hub/prod from now on." in proven.stdout
    again = team("prove", "A1", *ON)
    assert (again.returncode, again.stderr) == (1, "tracker: A1 is proven by one-hub-named there already.\n")
    listed = team("prove", "A1", "--list").stdout
    assert "staging-online on hub/prod: none" in listed and "one-hub-named on hub/prod: none" in listed
    assert "exercised    unknown, nobody reports what reaches hub/prod" in listed
    removed = team("prove", "A1", *ON, "--remove")
    assert removed.stdout == "one-hub-named on hub/prod proves A1 no more.\n"
    assert "one-hub-named" not in team("prove", "A1", "--list").stdout


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("A1",), 2, "Say which check"),
        (("A1", "--repo", "example/hub"), 2, "give --repo, --branch and --context"),
        (("A99", *ON), 2, "There is no action item A99"),
        (("A1", "-d", "hub", "-s", "prod", "--check", "nothing"), 2, "it has one-hub-named"),
        (("A1", "-d", "hob", "-s", "prod", "--check", "one-hub-named"), 2, "There is no deployment hob: there is hub"),
    ],
)
def test_what_cannot_be_proven_says_what_there_is(team: Tracker, words: tuple[str, ...], code: int, says: str) -> None:
    done = team("prove", *words)
    assert done.returncode == code
    assert says in done.stderr


def test_nothing_is_regressed_before_anything_broke(team: Tracker) -> None:
    assert team("items", "--regressed").stdout == "No action items that match.\n"
