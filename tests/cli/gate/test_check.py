"""`tracker gate check` against a real tracker: what it says, what it exits with, whose policy judges."""

import json
from xml.etree import ElementTree

import pytest

from tests.cli.gate.conftest import Desk

pytestmark = pytest.mark.databases("sqlite")  # the command knows no database; its server is tested on both


def outcomes(report: dict) -> dict[str, str]:
    return {one["check"]: one["outcome"] for one in report["results"]}


def test_a_change_that_ran_on_staging_is_allowed_and_the_banner_comes_first(desk: Desk) -> None:
    new = desk.promote()
    done = desk.check()
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "=" * 78
    assert lines[1] == "  YOU ARE MANAGING:  PROD  <-  datahub  (Data 8 / DataHub hub)"
    assert new[:8] in lines[2] and "github.com/example/datahub" in lines[2]
    assert "ALLOW: 4 checks pass for datahub/prod" in done.stdout
    assert "\x1b" not in done.stdout


def test_every_failing_check_is_told_at_once(desk: Desk) -> None:
    desk.promote(ran=False)
    desk.hub.mode = "503"
    done = desk.check()
    assert done.returncode == 1
    assert "FAIL    staging-online" in done.stdout and "503" in done.stdout
    assert "fix: Bring the staging hub back first." in done.stdout
    assert "FAIL    soak" in done.stdout
    assert "DENY: 2 checks block datahub/prod" in done.stdout


def test_naming_the_wrong_hub_is_refused_and_the_banner_shows_which(desk: Desk) -> None:
    desk.promote()
    wrong = desk.world.elsewhere
    desk.more["TRACKER_TOKEN"] = desk.world.ci
    done = desk.check(deployment="prob140", TRACKER_TOKEN=wrong)
    assert done.returncode == 2 and "TRACKER" not in done.stdout  # that token is for another deployment
    desk.more["TRACKER_SERVER"] = ""
    done = desk.check(deployment="prob140")
    assert "PROD  <-  prob140" in done.stdout
    assert "not prob140's own: datahub/image" in " ".join(done.stdout.split())
    assert done.returncode == 1


def test_all_forms_say_the_same(desk: Desk, tmp_path) -> None:
    desk.promote(ran=False)
    files = {name: tmp_path / f"gate.{name}" for name in ("xml", "json", "env")}
    done = desk.check("--junit", files["xml"], "--json", files["json"], "--dotenv", files["env"], "--format", "github")
    assert done.returncode == 1
    report = json.loads(files["json"].read_text())
    assert (report["version"], report["verdict"], report["exit_code"]) == (1, "deny", 1)
    assert report["headline"] == "PROD <- datahub (Data 8 / DataHub hub)"
    assert report["status"]["context"] == "policy-gate (datahub/prod)"
    assert report["status"]["target_url"] == report["url"]
    suite = ElementTree.parse(files["xml"]).getroot().find("testsuite")
    assert suite is not None and suite.get("name") == "gate datahub/prod"
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "1", "0")
    assert "TRACKER_VERDICT=deny\n" in files["env"].read_text()
    assert "::error title=datahub/prod%3A soak::" in done.stdout


def test_json_on_standard_output_is_json_and_nothing_else(desk: Desk) -> None:
    desk.promote()
    done = desk.check("--format", "json")
    assert json.loads(done.stdout)["verdict"] == "allow"
    assert "YOU ARE MANAGING:  PROD" in done.stderr


def test_a_dry_run_counts_for_nothing_and_exits_with_0(desk: Desk) -> None:
    desk.promote(ran=False)
    report = desk.report("--dry-run")
    assert (report["verdict"], report["exit_code"], report["dry_run"]) == ("deny", 0, True)
    assert desk.check("--dry-run").returncode == 0


def test_another_time_is_asked_about_in_a_dry_run_only(desk: Desk) -> None:
    desk.promote()
    report = desk.report("--dry-run", "--at", "2018-01-16T18:59:59-08:00")
    assert outcomes(report)["no-labs"] == "fail"
    assert "freeze until Tue 19:00 PST" in desk.check("--dry-run", "--at", "2018-01-16T18:59:59-08:00").stdout
    done = desk.check("--at", "2018-01-16T19:00:00-08:00")
    assert done.returncode == 2 and "--dry-run" in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--deployment", "nobody"], "There is no deployment nobody"),
        (["--stage", "moon"], "has no stage moon"),
        (["--policy-ref", "nowhere"], "--policy-ref nowhere is no commit"),
        (["--timeout", "5"], "unit"),
        (["--change-type", "joke"], "joke"),
    ],
)
def test_what_cannot_be_asked_exits_with_2_and_says_why(desk: Desk, words: list[str], says: str) -> None:
    done = desk.check(*words)
    assert done.returncode == 2 and says in done.stderr


def test_a_token_of_another_deployment_is_refused(desk: Desk) -> None:
    desk.promote()
    done = desk.check(TRACKER_TOKEN=desk.world.elsewhere)
    assert done.returncode == 2 and done.stderr.startswith("tracker: ")


def test_a_change_is_judged_by_the_policy_that_stood_before_it(desk: Desk) -> None:
    policy = (desk.made.folder / "policy/datahub.yaml").read_text()
    weaker = policy[: policy.index("  - id: soak")] + policy[policy.index("  - id: no-labs") :]
    weaker = weaker.replace("relax: [soak]", "relax: []")
    desk.promote({"datahub/image": "9\n", "policy/datahub.yaml": weaker}, ran=False)
    report = desk.report()
    assert report["verdict"] == "deny" and outcomes(report)["soak"] == "fail"
    assert report["change"]["edits_policy"] is True
    assert "THIS CHANGE CHANGES THE POLICY" in desk.check().stdout


def test_a_change_that_breaks_the_policy_is_refused_with_the_line(desk: Desk) -> None:
    desk.promote({"policy/datahub.yaml": "apiVersion: policy/v1\nname: datahub\nchekcs: []\n"}, ran=False)
    done = desk.check()
    assert done.returncode == 2 and "as this change has it" in done.stderr and ":3:" in done.stderr


def test_a_repo_without_a_policy_is_judged_by_the_servers(desk: Desk) -> None:
    for branch in ("main", "staging", "prod"):
        desk.made.switch(branch)
        desk.made.commit({"policy/datahub.yaml": None}, "The policy lives elsewhere")
    desk.promote()
    report = desk.report()
    assert report["verdict"] == "allow" and set(outcomes(report)) == {"staging-online", "one-hub-named", "soak", "no-labs"}


def test_auto_is_the_one_deployment_that_is_touched_and_is_no_name(desk: Desk) -> None:
    desk.promote()
    report = desk.report(deployment="auto")
    assert report["deployment"] == "datahub" and report["blocking"] == ["one-hub-named"]
    desk.made.commit({"prob140/image": "2\n", "datahub/image": "3\n"})
    done = desk.check("--old", "HEAD^", deployment="auto")
    assert done.returncode == 2 and "it touches datahub, prob140" in done.stderr


def test_two_hubs_in_one_change_are_one_too_many(desk: Desk) -> None:
    desk.promote({"datahub/image": "7\n", "prob140/image": "7\n"})
    report = desk.report()
    assert report["blocking"] == ["one-hub-named"]
    assert "touches prob140 as well as datahub" in next(
        one["summary"] for one in report["results"] if one["outcome"] == "fail"
    )


def test_a_file_that_moved_between_hubs_is_a_change_of_both(desk: Desk) -> None:
    desk.made.switch("staging")
    desk.made.git("mv", "prob140/image", "datahub/other")
    desk.made.commit({}, "Move")
    desk.made.switch("prod")
    desk.made.merge("staging")
    assert desk.report()["blocking"][0] == "one-hub-named"


def test_names_with_newlines_and_letters_of_any_kind_are_the_hubs_own(desk: Desk) -> None:
    desk.promote({"datahub/größe\n::error::x": "1", "datahub/日本": "2"})
    done = desk.check()
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_shallow_clone_could_not_find_out(desk: Desk, tmp_path) -> None:
    desk.promote()
    from tests.policy.repos import git

    git(tmp_path, "clone", "-q", "--depth=1", "-b", "prod", f"file://{desk.made.folder}", "shallow")
    desk.made.folder = tmp_path / "shallow"
    done = desk.check("--old", "1" * 40, "--policy-ref", "HEAD")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "fetch-depth: 0" in done.stdout


def test_it_waits_for_what_fails_and_goes_on_when_it_passes(desk: Desk) -> None:
    import threading

    desk.promote()
    desk.hub.mode = "503"

    def heal() -> None:
        desk.hub.mode = "ok"

    threading.Timer(3, heal).start()
    done = desk.check("--wait", "30s")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "waiting for staging-online" in done.stderr


def test_a_rollback_goes_back_to_what_ran_there(desk: Desk) -> None:
    desk.promote({"datahub/image": "good\n"})
    assert desk.tracker("gate", "exec", "-d", "datahub", "-s", "prod", "--", "true").returncode == 0
    desk.promote()
    assert desk.tracker("gate", "exec", "-d", "datahub", "-s", "prod", "--", "true").returncode == 0
    desk.made.commit({"datahub/image": "good\n"}, "Back")
    assert desk.report()["blocking"] == ["soak"]
    report = desk.report("--change-type", "rollback", "--reason", "the new image does not start")
    assert report["verdict"] == "allow" and [one["waived"] for one in report["results"] if one["check"] == "soak"] != [None]
    desk.made.commit({"datahub/image": "never ran\n"}, "Not back")
    refused = desk.report("--change-type", "rollback", "--reason", "say so")
    assert refused["verdict"] == "deny" and "never ran" in refused["because"]
