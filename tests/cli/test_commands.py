"""A team's day at a terminal."""

import csv
import io
import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Done, Tracker
from tests.services.conftest import report

DONE = report("Login loop", "2026-02-03", ("Fix the loop",)).replace("1. Fix", "- [x] Fix")
TASKS = report("Disk full", "2026-01-02", ("Add an alert", "Buy a disk")).replace("1. ", "- [ ] ")
UNSAID = report("Certificate expired", "2025-05-05", ("Renew it in time",))


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "disk.md").write_text(TASKS)
    (folder / "login.md").write_text(DONE)
    (folder / "certificate.md").write_text(UNSAID)
    (folder / "README.md").write_text("# Our documents\n\nAll of them.\n")
    return folder


def test_the_main_job_from_import_to_export_and_back(tracker: Tracker, docs: Path) -> None:
    first = tracker("import", docs)
    assert first.returncode == 0
    assert "3 of 4 files; `--all` takes every Markdown file." in first.stdout
    assert "3 created; 4 action items in what is new." in first.stdout
    listed = tracker("items").stdout
    assert "2 open · 1 more that nobody has said anything about:" in listed and "Fix the loop" not in listed
    before = (docs / "disk.md").read_text().splitlines()
    key = next(line.split()[0] for line in listed.splitlines() if "Add an alert" in line)
    assert "done" in tracker("item", key, "done").stdout
    assert "1 written over" in tracker("export", docs).stdout
    after = (docs / "disk.md").read_text().splitlines()
    assert [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]] == [
        ("- [ ] Add an alert", "- [x] Add an alert")
    ]
    again = tracker("import", docs)
    assert again.returncode == 0 and again.stdout.splitlines()[-1] == "3 unchanged."
    assert "Add an alert" not in tracker("items").stdout


def test_a_decision_is_taken_back_in_the_document_too_one_after_the_other(tracker: Tracker, docs: Path) -> None:
    tracker("import", docs)
    rows = json.loads(tracker("items", "--format", "json").stdout)["rows"]
    alert, disk = (next(row["key"] for row in rows if row["text"].startswith(text)) for text in ("Add", "Buy"))
    tracker("item", alert, "done")
    tracker("item", disk, "wont-do", "--reason", "No room")
    assert f"Taken back: {disk}" in tracker("undo").stdout
    assert f"Taken back: {alert}" in tracker("undo").stdout
    nothing = tracker("undo")
    assert nothing.returncode == 2 and "nothing" in nothing.stderr
    tracker("export", docs)
    assert (docs / "disk.md").read_text() == TASKS


@pytest.mark.parametrize("word", ["done", "in-progress", "in_progress", "Blocked", "open", "not-an-item", "real"])
def test_a_decision_may_be_typed_as_people_type(tracker: Tracker, docs: Path, word: str) -> None:
    tracker("import", docs)
    assert tracker("item", "A1", word).returncode == 0


def test_wont_do_needs_a_reason(tracker: Tracker, docs: Path) -> None:
    tracker("import", docs)
    refused = tracker("item", "A1", "wont-do")
    assert refused.returncode == 2 and "why" in refused.stderr
    assert "because: No money" in tracker("item", "A1", "won't do", "--reason", "No money").stdout


def test_fields_are_set_and_taken_away(tracker: Tracker, docs: Path) -> None:
    tracker("import", docs)
    said = tracker("item", "A1", "--owner", "Ada, Edith", "--due", "2026-12-24", "--priority", "p1").stdout
    assert "owner Ada" in said and "due 2026-12-24" in said and "P1" in said
    assert "no owner" in tracker("item", "A1", "--owner", "").stdout
    assert tracker("item", "A1", "--due", "tomorrow").returncode == 2


def test_an_unknown_item_is_one_sentence(tracker: Tracker) -> None:
    done = tracker("item", "A99", "done")
    assert done.returncode == 2 and "no action item A99" in done.stderr


def texts(done: Done) -> set[str]:
    return {row["text"] for row in json.loads(done.stdout)["rows"]}


def test_items_are_filtered(tracker: Tracker, docs: Path) -> None:
    tracker("import", docs)
    tracker("item", "A1", "--owner", "Ada", "--priority", "P1")
    every = texts(tracker("items", "--format", "json", "--all"))
    assert every == {"Add an alert", "Buy a disk", "Fix the loop", "Renew it in time"}
    owned = tracker("items", "--format", "json", "--owner", "Ada")
    assert len(texts(owned)) == 1
    assert texts(tracker("items", "--format", "json", "--priority", "P1")) == texts(owned)
    assert texts(tracker("items", "--format", "json", "--deployment", "nothing such", "--all")) == set()
    assert texts(tracker("items", "--format", "json", "--claim", "done")) == {"Fix the loop"}
    assert texts(tracker("items", "--format", "json", "--claim", "not-stated")) == {"Renew it in time"}
    assert texts(tracker("items", "--format", "json", "--older-than", "1d")) == every - {"Fix the loop"}
    assert texts(tracker("items", "--format", "json", "--older-than", "90y")) == set()
    slug = json.loads(tracker("incidents", "--format", "json").stdout)["rows"][0]["slug"]
    assert texts(tracker("items", "--format", "json", "--all", "--incident", slug)) == {"Fix the loop"}
    assert texts(tracker("items", "--format", "json", "--group", "nothing such")) == set()


def test_every_shape_has_the_same_rows(tracker: Tracker, docs: Path) -> None:
    tracker("import", docs)
    rows = json.loads(tracker("items", "--format", "json").stdout)["rows"]
    table = list(csv.DictReader(io.StringIO(tracker("items", "--format", "csv").stdout)))
    lines = tracker("items", "--format", "md").stdout.strip().splitlines()
    assert [row["key"] for row in rows] == [row["Key"] for row in table] == [line.split(" | ")[0][2:] for line in lines[2:]]
    assert [row["claim"] for row in rows] == ["open", "open", "not_stated"]


def test_incidents_are_listed(tracker: Tracker, docs: Path) -> None:
    assert "tracker import" in tracker("incidents").stdout
    tracker("import", docs)
    assert "3 incidents." in tracker("incidents").stdout
    assert "2 incidents." in tracker("incidents", "--remaining").stdout


def test_a_folder_without_postmortems_says_so(tracker: Tracker, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "team.md").write_text("# The team\n\nAda and Edith.\n")
    done = tracker("import", tmp_path / "pages")
    assert done.returncode == 1 and "no timeline, no action items" in done.stdout
    assert tracker("import", "--all", tmp_path / "pages").returncode == 0


def test_one_bad_file_stops_nothing_and_is_named(tracker: Tracker, docs: Path) -> None:
    (docs / "bad.md").write_bytes(b"\x00\x01\x02")
    done = tracker("import", docs, docs.parent / "nowhere")
    assert done.returncode == 2
    assert "refused" in done.stdout and "bad.md" in done.stdout and "nowhere" in done.stdout and "3 created" in done.stdout


def test_standard_input_and_zips_are_taken(tracker: Tracker, tmp_path: Path) -> None:
    assert "1 created" in tracker("import", "-", stdin=TASKS).stdout
    assert "1 unchanged" in tracker("import", "-", stdin=TASKS).stdout
    with zipfile.ZipFile(tmp_path / "docs.zip", "w") as archive:
        archive.writestr("a/login.md", DONE)
    assert "1 created" in tracker("import", "docs.zip").stdout
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("../evil.md", DONE)
    evil = tracker("import", "evil.zip")
    assert evil.returncode == 2 and "climbs out" in evil.stdout
    assert not (tmp_path.parent / "evil.md").exists()


def test_a_dry_run_stores_nothing(tracker: Tracker, docs: Path) -> None:
    assert "Would be: 3 created" in tracker("import", "--dry-run", docs).stdout
    assert "No action items" in tracker("items").stdout


def test_an_export_that_would_overwrite_something_unknown_answers_no(tracker: Tracker, docs: Path) -> None:
    tracker("import", docs)
    tracker("item", "A1", "done")
    for path in docs.glob("*.md"):
        path.write_text(path.read_text() + "\nAnd more.\n")
    done = tracker("export", docs)
    assert done.returncode == 1 and "import it first" in done.stdout


def test_a_source_is_removed_restored_and_purged_after_asking(tracker: Tracker, docs: Path) -> None:
    tracker("import", docs)
    assert "docs" in tracker("source", "list").stdout
    assert "not removed" in tracker("purge", "docs", "--yes").stderr
    assert "3 incidents hidden" in tracker("source", "remove", "docs").stdout
    assert "No action items" in tracker("items").stdout
    assert "3 incidents" in tracker("source", "restore", "docs").stdout
    tracker("source", "remove", "docs")
    asked = tracker("purge", "docs", stdin="n\n")
    assert asked.returncode == 1 and "for good?" in asked.stdout
    assert "deleted" in tracker("purge", "docs", stdin="y\n").stdout
    assert "No sources" in tracker("source", "list").stdout


def test_decisions_are_not_written_where_a_source_says_never(tracker: Tracker, docs: Path) -> None:
    tracker("import", docs)
    tracker("source", "writes", "docs", "never")
    tracker("item", "A1", "done")
    refused = tracker("export", docs)
    assert refused.returncode == 1 and "never written to" in refused.stderr


def test_people_are_invited_listed_and_shut_out(tracker: Tracker) -> None:
    invited = tracker("user", "invite", "Ada Lovelace", "--email", "ada@example.org", "--url", "https://pm.example.org/")
    assert "https://pm.example.org/sign-in/" in invited.stdout and "Note" not in invited.stdout
    assert "http://127.0.0.1:5000/sign-in/" in tracker("user", "link", "ada@example.org").stdout
    assert "an admin now" in tracker("user", "role", "ada@example.org", "admin").stdout
    listed = tracker("user", "list").stdout
    assert "Ada Lovelace" in listed and "Admin" in listed
    assert "shut out" in tracker("user", "disable", "Ada Lovelace").stdout
    assert tracker("user", "link", "ada@example.org").returncode == 1
    assert "again" in tracker("user", "disable", "Ada Lovelace", "--undo").stdout


def test_a_second_person_of_a_name_needs_an_email_and_is_noted(tracker: Tracker) -> None:
    tracker("user", "invite", "Ada", "--email", "ada@example.org")
    refused = tracker("user", "invite", " ada ")
    assert refused.returncode == 1 and "already somebody called Ada (ada@example.org)" in refused.stderr
    assert "/sign-in/" not in refused.stdout and tracker("user", "list").stdout.lower().count("ada ") == 1
    second = tracker("user", "invite", "Ada", "--email", "ada@example.com")
    assert second.returncode == 0 and "already somebody called Ada (ada@example.org)" in second.stdout
    assert "/sign-in/" in second.stdout


def test_links_lead_to_where_the_settings_say_that_people_reach_it(tracker: Tracker) -> None:
    link = tracker("user", "invite", "Ada", TRACKER_URL="https://pm.example.org/tracker/")
    assert "https://pm.example.org/tracker/sign-in/" in link.stdout
    assert "http://127.0.0.1:5077/sign-in/" in tracker("user", "link", "Ada", PORT="5077").stdout
    wrong = tracker("user", "link", "Ada", TRACKER_URL="pm.example.org")
    assert wrong.returncode == 2 and "TRACKER_URL=pm.example.org is no address" in wrong.stderr


def test_what_is_overdue_and_what_nobody_owns_can_be_asked_for(tracker: Tracker, docs: Path) -> None:
    tracker("import", docs)
    rows = json.loads(tracker("items", "--format", "json").stdout)["rows"]
    alert, disk = (next(row["key"] for row in rows if row["text"].startswith(text)) for text in ("Add", "Buy"))
    tracker("item", alert, "--owner", "Ada", "--due", "2026-01-05")
    tracker("item", disk, "--due", "2999-01-05")

    def keys(*options: str) -> set[str]:
        return {row["key"] for row in json.loads(tracker("items", "--format", "json", *options).stdout)["rows"]}

    assert keys("--overdue") == {alert}
    assert keys("--without-owner") == keys() - {alert} != set()
    assert keys("--overdue", "--without-owner") == set()


def test_a_clone_of_a_folder_is_listed_by_that_folders_path(tracker: Tracker, docs: Path) -> None:
    for words in (["init", "-q"], ["remote", "add", "origin", "/srv/git/docs.git"]):
        subprocess.run(["git", "-C", str(docs), *words], check=True)
    (docs / "2026").mkdir()
    (docs / "2026" / "new.md").write_text(report("Queue stuck", "2026-06-07", ("Drain it",)))
    tracker("import", docs / "2026")
    listed = tracker("source", "list").stdout
    assert " /srv/git/docs/2026" in listed and "file:" not in listed
    assert "is never written to" in tracker("source", "writes", "/srv/git/docs/2026", "never").stdout


def test_everything_is_read_again_on_demand(tracker: Tracker, docs: Path) -> None:
    tracker("import", docs)
    assert "today's reader" in tracker("reread").stdout
    assert "3 documents read again, 0 understood otherwise." in tracker("reread", "--all").stdout


@pytest.mark.databases("sqlite")
def test_settings_are_printed_without_secrets(tracker: Tracker) -> None:
    said = tracker("settings", TRACKER_SECRET_KEY="very secret", TRACKER_TITLE="Our trouble").stdout
    assert "now: Our trouble" in said and "very secret" not in said


def test_names_from_outside_do_not_steer_the_terminal(tracker: Tracker, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a\x1b[2Jb.md").write_bytes(b"\x00")
    assert "\x1b" not in tracker("import", "pages").stdout


def test_a_question_is_shown_and_answered(tracker: Tracker, docs: Path) -> None:
    assert "Nothing waits" in tracker("questions").stdout
    tracker("import", docs)
    rows = json.loads(tracker("items", "--format", "json").stdout)["rows"]
    tracker("item", next(row["key"] for row in rows if row["text"].startswith("Renew")), "done")
    (docs / "certificate.md").write_text(UNSAID.replace("in time", "in time and tell the users"))
    asked = tracker("import", docs)
    assert asked.returncode == 1 and "both texts are kept" in asked.stdout
    number = tracker("questions").stdout.split()[0]
    again = tracker("import", docs)
    assert again.returncode == 1 and f"question {number}:" in again.stdout and "`tracker questions`" in again.stdout
    shown = tracker("questions", number).stdout
    assert "-1. Renew it in time (done" in shown and "+1. Renew it in time and tell the users" in shown
    mistyped = tracker("questions", number, "perhaps")
    assert mistyped.returncode == 2 and "ours, theirs" in mistyped.stderr
    whole = docs.parent / "whole.md"
    whole.write_text(UNSAID.replace("in time", "in time and tell all users (done 2026-11-20)"))
    assert "answered" in tracker("questions", number, "--text", whole).stdout
    next_one = tracker("questions").stdout
    assert "Is it the same item?" in next_one  # reworded so much that nobody but a person can say
    assert "answered" in tracker("questions", next_one.split()[0], "same").stdout
    assert "Nothing waits" in tracker("questions").stdout
    assert tracker("questions", number).returncode == 2
    assert "tell all users" in tracker("items", "--claim", "done").stdout
    settled = tracker("import", docs)
    assert settled.returncode == 0 and "`tracker questions`" not in settled.stdout
