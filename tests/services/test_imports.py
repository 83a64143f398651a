"""Which incident a file is (DESIGN §2), and that an import changes what the files changed and nothing else."""

import os
import subprocess
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.services.conftest import NOW, Team, report
from tracker.config import Settings
from tracker.domain.claims import Claim, Visibility
from tracker.services import action_items, documents, questions
from tracker.services.finding import find
from tracker.services.found import Found, Outcome
from tracker.services.imports import plan_or_import
from tracker.store.engine import sessions
from tracker.store.models import ActionItem, Event, Incident, IncidentReader, Place, Question, Revision, Source

TODAY = date(2026, 11, 24)
Verbs = Callable[[list[Outcome]], dict[str, str]]


def count(team: Team, table: type) -> int:
    return team.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def the_item(team: Team) -> ActionItem:
    return team.session.scalars(sa.select(ActionItem)).one()


def head(team: Team, slug: str) -> str:
    incident = team.session.scalars(sa.select(Incident).where(Incident.slug == slug)).one()
    return documents.head_bytes(team.session, incident).decode()


def close(team: Team, item: ActionItem) -> None:
    action_items.set_claim(team.session, [item], Claim.DONE, by=team.by, at=NOW, today=TODAY)
    team.session.commit()


def test_the_same_import_twice_changes_nothing(team: Team, verbs: Verbs) -> None:
    team.write("a.md", report())
    team.write("b/c.md", report("Certificate expired"))
    assert verbs(team.take_in()) == {"a.md": "created", "b/c.md": "created"}
    before = [count(team, table) for table in (Event, Revision, Place, Source, ActionItem)]
    assert verbs(team.take_in()) == {"a.md": "unchanged", "b/c.md": "unchanged"}
    assert [count(team, table) for table in (Event, Revision, Place, Source, ActionItem)] == before


def test_what_was_decided_in_between_outlives_the_same_import(team: Team, verbs: Verbs) -> None:
    team.write("a.md", report())
    [created] = team.take_in()
    close(team, the_item(team))
    edited = head(team, created.incident_slug or "")
    assert verbs(team.take_in()) == {"a.md": "unchanged"}
    assert the_item(team).claim is Claim.DONE and head(team, created.incident_slug or "") == edited


def test_an_exported_folder_reads_back_as_unchanged_and_differs_in_one_line(team: Team, verbs: Verbs) -> None:
    path = team.write("a.md", report())
    before = path.read_text()
    team.take_in()
    close(team, the_item(team))
    assert verbs(team.give_back()) == {"a.md": "changed"}
    lines = [(old, new) for old, new in zip(before.splitlines(), path.read_text().splitlines(), strict=True) if old != new]
    assert lines == [("1. Add an alert", "1. Add an alert (done 2026-11-24)")]
    assert verbs(team.take_in()) == {"a.md": "unchanged"}


def test_the_same_folder_imported_by_four_at_once_comes_in_once(team: Team, engine: sa.Engine) -> None:
    for n in range(20):
        team.write(f"{n}.md", report(f"Trouble {n}", items=(f"Do the {n}th thing",)))
    found = list(find([team.docs], settings=Settings()))

    def take_in(_: int) -> set[str]:
        with sessions(engine).writing() as session:
            outcomes = plan_or_import(session, found, by=None, at=NOW)
            session.commit()
            return {one.verb for one in outcomes}

    team.session.commit()
    with ThreadPoolExecutor(4) as four:
        answers = sorted(map(sorted, four.map(take_in, range(4))))
    assert answers == [["created"], ["unchanged"], ["unchanged"], ["unchanged"]]
    assert [count(team, table) for table in (Source, Incident, Place, ActionItem)] == [1, 20, 20, 20]


def test_a_changed_file_becomes_a_revision(team: Team, verbs: Verbs) -> None:
    team.write("a.md", report())
    [created] = team.take_in()
    team.write("a.md", report(items=("Add an alert", "Buy a disk")))
    assert verbs(team.take_in()) == {"a.md": "changed"}
    assert "Buy a disk" in head(team, created.incident_slug or "")
    assert count(team, Incident) == 1 and count(team, ActionItem) == 2


def test_a_file_that_changed_while_it_was_edited_here_is_merged(team: Team, verbs: Verbs) -> None:
    team.write("a.md", report())
    [created] = team.take_in()
    close(team, the_item(team))
    team.write("a.md", report().replace("It was over", "It was over for all"))
    assert verbs(team.take_in()) == {"a.md": "merged"}
    text = head(team, created.incident_slug or "")
    assert "(done 2026-11-24)" in text and "over for all" in text
    assert verbs(team.take_in()) == {"a.md": "unchanged"}


def test_what_cannot_be_merged_keeps_both_texts_and_asks_once(team: Team, verbs: Verbs) -> None:
    team.write("a.md", report())
    [created] = team.take_in()
    close(team, the_item(team))
    theirs = report(items=("Add an alert for every disk there is",))
    team.write("a.md", theirs)
    assert verbs(team.take_in()) == {"a.md": "asks"}
    assert "(done 2026-11-24)" in head(team, created.incident_slug or "")
    question = team.session.scalars(sa.select(Question)).one()
    kept = team.session.get_one(Revision, question.revision_id)
    assert documents.revision_bytes(team.session, kept.id).decode() == theirs
    [waits] = team.take_in()
    assert waits.verb == "asks" and f"question {question.id}:" in waits.detail and count(team, Question) == 1
    questions.answer(team.session, question, "ours", by=team.by, at=NOW)
    assert verbs(team.take_in()) == {"a.md": "unchanged"}


def test_a_renamed_file_is_the_same_incident_and_keeps_its_base(team: Team, verbs: Verbs) -> None:
    path = team.write("a.md", report())
    [created] = team.take_in()
    (team.docs / "2026").mkdir()
    path.rename(team.docs / "2026" / "disk.md")
    [renamed] = team.take_in()
    assert (renamed.verb, renamed.incident_slug) == ("renamed", created.incident_slug) and "a.md" in renamed.detail
    assert team.session.scalars(sa.select(Place.path)).all() == ["2026/disk.md"]
    assert verbs(team.take_in()) == {"2026/disk.md": "unchanged"}


def test_a_file_renamed_after_an_export_is_known_by_what_was_exported(team: Team) -> None:
    path = team.write("a.md", report())
    team.take_in()
    close(team, the_item(team))
    team.give_back()
    path.rename(team.docs / "b.md")
    assert [one.verb for one in team.take_in()] == ["renamed"] and count(team, Incident) == 1


def test_two_files_with_equal_bytes_are_two_incidents(team: Team, verbs: Verbs) -> None:
    team.write("a.md", report())
    team.write("b.md", report())
    first = team.take_in()
    assert len({one.incident_slug for one in first}) == 2
    assert verbs(team.take_in()) == {"a.md": "unchanged", "b.md": "unchanged"}


def test_a_copy_of_a_file_that_is_still_there_is_a_new_incident(team: Team, verbs: Verbs) -> None:
    team.write("a.md", report())
    team.take_in()
    team.write("b.md", report())
    assert verbs(team.take_in()) == {"a.md": "unchanged", "b.md": "created"}


def test_a_file_that_merely_resembles_one_that_left_asks_and_creates_nothing(team: Team, verbs: Verbs) -> None:
    path = team.write("a.md", report())
    [created] = team.take_in()
    path.unlink()
    team.write("b.md", report(items=("Add an alert", "Buy a disk")))
    assert verbs(team.take_in()) == {"b.md": "asks", "a.md": "vanished"}
    assert count(team, Incident) == 1
    assert verbs(team.take_in()) == {"b.md": "asks"} and count(team, Question) == 1
    questions.answer(team.session, team.session.scalars(sa.select(Question)).one(), "same", by=team.by, at=NOW)
    assert "Buy a disk" in head(team, created.incident_slug or "")
    assert verbs(team.take_in()) == {"b.md": "unchanged"}


def test_the_same_trouble_on_another_day_is_another_incident(team: Team, verbs: Verbs, tmp_path: Path) -> None:
    """A team's template and title come back; only a text that is nearly the same asks."""
    team.write("a.md", report("Cluster full", "2025-01-01", ("Add nodes before the term begins", "Tell the teachers")))
    team.take_in()
    other = tmp_path / "other"
    other.mkdir()
    text = report("Cluster full", "2026-02-02", ("Raise the quota with the provider", "Page when ten nodes are left"))
    (other / "b.md").write_text(text.replace("It was over", "The provider gave us more room, and users were let in again"))
    assert verbs(team.take_in(other)) == {"b.md": "created"}


def test_the_answer_same_keeps_what_was_decided_here(team: Team) -> None:
    path = team.write("a.md", report())
    [created] = team.take_in()
    close(team, the_item(team))
    path.unlink()
    team.write("b.md", report().replace("It was over", "It was over for all"))
    team.take_in()
    questions.answer(team.session, team.session.scalars(sa.select(Question)).one(), "same", by=team.by, at=NOW)
    text = head(team, created.incident_slug or "")
    assert "(done 2026-11-24)" in text and "over for all" in text
    assert the_item(team).claim is Claim.DONE


def test_the_answer_new_makes_it_an_incident_of_its_own(team: Team, verbs: Verbs) -> None:
    team.write("a.md", report()).unlink()
    team.write("a.md", report())
    team.take_in()
    (team.docs / "a.md").unlink()
    team.write("b.md", report(items=("Add an alert", "Buy a disk")))
    team.take_in()
    questions.answer(team.session, team.session.scalars(sa.select(Question)).one(), "new", by=team.by, at=NOW)
    assert count(team, Incident) == 2
    assert verbs(team.take_in()) == {"b.md": "unchanged"}


def test_a_file_that_left_its_folder_is_said_once_and_its_incident_stays(team: Team, verbs: Verbs) -> None:
    team.write("a.md", report())
    team.write("b.md", report("Certificate expired"))
    team.take_in()
    (team.docs / "a.md").unlink()
    assert verbs(team.take_in()) == {"b.md": "unchanged", "a.md": "vanished"}
    assert verbs(team.take_in()) == {"b.md": "unchanged"}
    assert count(team, Incident) == 2
    team.write("a.md", report())
    assert verbs(team.take_in()) == {"a.md": "unchanged", "b.md": "unchanged"}


def test_the_last_file_leaving_its_folder_is_noticed(team: Team, verbs: Verbs) -> None:
    team.write("a.md", report())
    team.take_in()
    (team.docs / "a.md").unlink()
    assert verbs(team.take_in()) == {"a.md": "vanished"}


def test_a_file_that_cannot_be_read_has_not_left(team: Team, verbs: Verbs) -> None:
    team.write("a.md", report())
    team.take_in()
    team.write("a.md", b"\xff\xfe\x00 not UTF-8")
    assert verbs(team.take_in()) == {"a.md": "refused"}
    assert team.session.scalars(sa.select(Place.present)).all() == [True]


def test_a_file_alone_is_the_one_in_its_folder_and_above_it(team: Team, verbs: Verbs) -> None:
    path = team.write("2026/a.md", report())
    team.write("2026/b.md", report("Certificate expired"))
    team.take_in()
    assert verbs(team.take_in(path)) == {"a.md": "unchanged"}
    assert verbs(team.take_in(path.parent)) == {"a.md": "unchanged", "b.md": "unchanged"}
    assert verbs(team.take_in(team.docs.parent)) == {"docs/2026/a.md": "unchanged", "docs/2026/b.md": "unchanged"}
    assert count(team, Source) == 1


def test_a_moved_folder_brings_its_incidents_along(team: Team, verbs: Verbs) -> None:
    team.write("a.md", report())
    team.take_in()
    team.docs = team.docs.rename(team.docs.parent / "moved")
    assert verbs(team.take_in()) == {"a.md": "unchanged"} and count(team, Incident) == 1


def test_a_dry_run_says_the_same_and_stores_nothing(team: Team, verbs: Verbs) -> None:
    team.write("a.md", report())
    team.write("bad.md", b"\x00\x01")
    dry = verbs(team.take_in(dry_run=True))
    assert [count(team, table) for table in (Incident, Event, Place, Source)] == [0, 0, 0, 0]
    assert verbs(team.take_in()) == dry == {"a.md": "created", "bad.md": "refused"}


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("binary.md", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        ("latin.md", "# Störung\n".encode("latin-1"), "UTF-8"),
        ("empty.md", b"", "empty"),
        ("blank.md", b" \n\n", ""),
        ("huge.md", b"# A\n" + b"x" * 300_000, "TRACKER_MAX_DOCUMENT_BYTES"),
    ],
)
def test_a_bad_file_is_one_clear_line_and_stops_nothing(team: Team, name: str, data: bytes, words: str) -> None:
    team.write("good.md", report())
    team.write(name, data)
    outcomes = {one.name: one for one in team.take_in()}
    assert outcomes["good.md"].verb == "created"
    assert outcomes[name].verb in ("refused", "skipped") and words in outcomes[name].detail and outcomes[name].detail


def test_names_that_differ_in_case_only_clash_and_the_first_is_taken(team: Team) -> None:
    team.write("Disk.md", report())
    team.write("disk.md", report("Certificate expired"))
    first, second = team.take_in()
    assert (first.verb, second.verb) == ("created", "refused") and "case" in second.detail


def upload(team: Team, *files: tuple[str, str | bytes], **how: object) -> list[Outcome]:
    found = [Found(name, text if isinstance(text, bytes) else text.encode(), named=True) for name, text in files]
    outcomes = plan_or_import(team.session, found, by=how.pop("by", team.by), at=NOW, **how)  # type: ignore[arg-type]
    team.session.commit()
    return outcomes


def test_uploads_are_known_by_their_name_and_by_their_bytes(team: Team) -> None:
    assert [one.verb for one in upload(team, ("a.md", report()))] == ["created"]
    assert [one.verb for one in upload(team, ("a.md", report()))] == ["unchanged"]
    assert [one.verb for one in upload(team, ("copy of a.md", report()))] == ["unchanged"]
    assert [one.verb for one in upload(team, ("a.md", report(items=("Buy a disk",))))] == ["changed"]
    assert count(team, Incident) == 1


def test_an_upload_that_only_has_the_name_of_another_takes_nothing_from_it(team: Team) -> None:
    """Every second report is called postmortem.md, and all that is pasted has one name."""
    texts = [report("Disk full", "2025-01-01"), report("Certificate expired", "2026-02-02", ("Renew it in time", "Page us"))]
    first, second = (upload(team, ("postmortem.md", text))[0] for text in texts)
    assert (first.verb, second.verb) == ("created", "created")
    assert head(team, first.incident_slug or "") == texts[0]
    assert [upload(team, ("postmortem.md", text))[0].verb for text in texts] == ["unchanged", "unchanged"]
    [again] = upload(team, ("postmortem.md", texts[1].replace("Page us", "Page everybody")))
    assert (again.verb, again.incident_slug) == ("asks", second.incident_slug)


def test_an_upload_of_what_a_folder_holds_is_that_incident(team: Team) -> None:
    path = team.write("a.md", report())
    [created] = team.take_in()
    [same] = upload(team, ("a.md", path.read_bytes()))
    assert (same.verb, same.incident_slug) == ("unchanged", created.incident_slug)


def test_two_uploads_of_one_name_in_one_import_clash(team: Team) -> None:
    outcomes = upload(team, ("a.md", report()), ("a.md", report("Certificate expired")), ("a.md", report()))
    assert [one.verb for one in outcomes] == ["created", "refused", "skipped"]


def test_an_upload_that_reads_as_nothing_is_left_and_taken_when_asked_for(team: Team) -> None:
    page = "# Welcome\n\nHello.\n"
    [left] = upload(team, ("page.md", "\n"), ("page.md", "\n"))[:1]
    assert left.verb in ("refused", "skipped")
    [taken] = upload(team, ("page.md", page), all_pages=True)
    assert taken.verb == "created"


def test_a_zip_is_taken_apart_and_known_again(team: Team, tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("repo/a.md", report())
        archive.writestr("repo/same.md", report())
        archive.writestr("repo/README.md", "# Our documents\n\nSee the list.\n")
    path = tmp_path / "docs.zip"
    path.write_bytes(out.getvalue())
    assert [one.verb for one in team.take_in(path)] == ["skipped", "created", "created"]
    assert [one.verb for one in team.take_in(path)] == ["skipped", "unchanged", "unchanged"]


def test_a_restricted_incident_shows_itself_to_nobody_by_its_bytes_or_name(team: Team, cast: object) -> None:
    [secret] = upload(team, ("a.md", report()), visibility=Visibility.RESTRICTED)
    assert team.session.scalars(sa.select(IncidentReader.person_id)).all() == [team.by.id]
    for name in ("a.md", "b.md"):
        [other] = upload(team, (name, report()), by=cast.editor)  # type: ignore[attr-defined]
        assert other.incident_slug != secret.incident_slug
        assert secret.incident_slug not in (other.detail.split())


def git(folder: Path, *words: str, day: str = "2026-03-01") -> None:
    stamp = f"{day}T12:00:00+00:00"
    environ = {**os.environ, "GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp, "GIT_CONFIG_GLOBAL": "/dev/null"}
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, env=environ)


def test_a_clone_elsewhere_is_the_same_source_and_credentials_are_not_kept(team: Team, tmp_path: Path, verbs: Verbs) -> None:
    git(team.docs, "init")
    git(team.docs, "remote", "add", "origin", "https://ada:secret@Example.org/team/docs.git")
    team.write("incidents/a.md", report())
    team.take_in(team.docs / "incidents")
    clone = tmp_path / "clone"
    clone.mkdir()
    git(clone, "init")
    git(clone, "remote", "add", "origin", "git@example.org:team/docs")
    (clone / "incidents").mkdir()
    (clone / "incidents" / "a.md").write_text(report())
    assert verbs(team.take_in(clone / "incidents")) == {"a.md": "unchanged"}
    assert verbs(team.take_in(clone)) == {"incidents/a.md": "unchanged"}
    assert team.session.scalars(sa.select(Source.location)).all() == ["example.org/team/docs//incidents"]


def test_a_folder_that_becomes_a_repo_is_still_the_same_source(team: Team, verbs: Verbs) -> None:
    team.write("a.md", report())
    team.take_in()
    git(team.docs, "init")
    git(team.docs, "remote", "add", "origin", "https://example.org/team/docs")
    team.write("a.md", report(items=("Add an alert", "Buy a disk")))
    assert verbs(team.take_in()) == {"a.md": "changed"} and count(team, Source) == 1


def test_an_item_that_closes_between_two_imports_closed_on_the_day_of_the_commit(team: Team) -> None:
    git(team.docs, "init")
    git(team.docs, "remote", "add", "origin", "https://example.org/team/docs")
    text = report().replace("1. Add", "- [ ] Add")
    team.write("docs/incidents/störung 1.md", text)
    git(team.docs, "add", "-A")
    git(team.docs, "commit", "-m", "Report")
    team.take_in(team.docs / "docs" / "incidents")
    team.write("docs/incidents/störung 1.md", text.replace("[ ]", "[x]"))
    git(team.docs, "commit", "-am", "Done", day="2026-04-15")
    team.take_in(team.docs / "docs" / "incidents")
    assert (the_item(team).claim, the_item(team).closed_on) == (Claim.DONE, date(2026, 4, 15))


def test_an_item_that_closes_in_an_edit_nobody_committed_has_no_closing_day(team: Team) -> None:
    git(team.docs, "init")
    git(team.docs, "remote", "add", "origin", "https://example.org/team/docs")
    text = report().replace("1. Add", "- [ ] Add")
    team.write("a.md", text)
    git(team.docs, "add", "-A")
    git(team.docs, "commit", "-m", "Report")
    team.take_in()
    team.write("a.md", text.replace("[ ]", "[x]"))
    team.take_in()
    assert (the_item(team).claim, the_item(team).closed_on) == (Claim.DONE, None)


def test_an_item_found_closed_has_no_closing_day(team: Team) -> None:
    team.write("a.md", report().replace("1. Add", "- [x] Add"))
    team.take_in()
    assert (the_item(team).claim, the_item(team).closed_on) == (Claim.DONE, None)
