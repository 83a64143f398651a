"""Documents go back to where people keep them, byte for byte, and never over what we do not know."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import Cast
from tests.services.conftest import NOW, Team, report
from tracker.domain.claims import Claim, Visibility
from tracker.domain.errors import Conflict, Invalid, NotFound
from tracker.services import action_items, documents, questions, sources
from tracker.services.exports import export, write_whole
from tracker.services.found import Outcome
from tracker.store.models import ActionItem, Incident, Place, Question, Source

Verbs = Callable[[list[Outcome]], dict[str, str]]


def close_all(team: Team) -> None:
    items = team.session.scalars(sa.select(ActionItem)).all()
    action_items.set_claim(team.session, items, Claim.DONE, by=team.by, at=NOW, today=date(2026, 11, 24))
    team.session.commit()


def born_here(team: Team, title: str) -> Incident:
    saved = documents.create(
        team.session, report(title).encode(), f"{title}.md", by=team.by, at=NOW, message="Written", via="form"
    )
    team.session.commit()
    return saved.incident


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + report().encode(),
        report().replace("\n", "\r\n").encode(),
        report().rstrip("\n").encode(),
        b"---\ntitle: 'Disk'\n---\n" + report().encode() + b"\t<!-- {{ summary }} -->  \n\n\n",
    ],
    ids=["BOM", "CRLF", "no final newline", "front matter and blanks"],
)
def test_an_untouched_document_gives_the_same_bytes_back(team: Team, tmp_path: Path, data: bytes) -> None:
    team.write("a.md", data)
    team.take_in()
    team.give_back(tmp_path / "out")
    assert (tmp_path / "out" / "a.md").read_bytes() == data


def test_every_real_document_gives_the_same_bytes_back(team: Team, tmp_path: Path, corpus: Path) -> None:
    team.take_in(corpus / "dev", corpus / "seed", all_pages=True)
    team.give_back(tmp_path / "out")
    exported = {path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    files = [path for folder in ("dev", "seed") for path in (corpus / folder).rglob("*") if path.is_file()]
    assert len(files) > 60 and [path.name for path in files if path.read_bytes() not in exported] == []
    assert {one.verb for one in team.take_in(tmp_path / "out", all_pages=True)} == {"unchanged"}


def test_a_file_that_changed_meanwhile_is_never_written_over_and_the_others_are(team: Team, verbs: Verbs) -> None:
    team.write("a.md", report())
    team.write("b.md", report("Certificate expired"))
    team.take_in()
    close_all(team)
    path = team.write("a.md", "# Something else\n")
    assert verbs(team.give_back()) == {"a.md": "refused", "b.md": "changed"}
    assert path.read_text() == "# Something else\n"


def test_a_file_whose_text_clashes_stays_as_it_is_until_somebody_has_chosen(team: Team, verbs: Verbs) -> None:
    path = team.write("a.md", report())
    team.take_in()
    close_all(team)
    theirs = path.read_text().replace("Add an alert", "Add two alerts (blocked)")
    path.write_text(theirs)
    assert verbs(team.take_in()) == {"a.md": "asks"}
    assert verbs(team.give_back()) == {"a.md": "refused"} and path.read_text() == theirs
    question = team.session.scalars(sa.select(Question)).one()
    questions.answer(team.session, question, "ours", by=team.by, at=NOW)
    assert verbs(team.give_back()) == {"a.md": "changed"} and "(done 2026-11-24)" in path.read_text()


def test_a_file_in_a_new_folder_that_says_something_else_is_never_written_over(team: Team, tmp_path: Path) -> None:
    team.write("a.md", report())
    team.take_in()
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.md").write_text("mine\n")
    [refused] = team.give_back(other)
    assert refused.verb == "refused" and "import it first" in refused.detail
    assert (other / "a.md").read_text() == "mine\n"


def test_what_is_equal_already_is_not_touched(team: Team, verbs: Verbs) -> None:
    path = team.write("a.md", report())
    team.take_in()
    before = path.stat().st_mtime_ns
    assert verbs(team.give_back()) == {"a.md": "unchanged"}
    assert path.stat().st_mtime_ns == before


def test_a_source_gets_its_own_files_and_what_was_written_here_and_no_others(team: Team, tmp_path: Path) -> None:
    team.write("sub/a.md", report())
    team.take_in()
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.md").write_text(report("Certificate expired"))
    team.take_in(other)
    born_here(team, "Login loop")
    outcomes = {one.name: one.verb for one in team.give_back()}
    assert outcomes == {"sub/a.md": "unchanged", "b.md": "skipped", "Login loop.md": "created"}
    assert not (team.docs / "b.md").exists()
    assert {one.verb for one in team.take_in()} == {"unchanged"}
    team.give_back(everything=True)
    assert (team.docs / "b.md").read_text() == report("Certificate expired")


def test_a_folder_inside_a_source_gets_what_belongs_there(team: Team, verbs: Verbs) -> None:
    team.write("2025/a.md", report())
    team.write("2026/b.md", report("Certificate expired"))
    team.take_in()
    close_all(team)
    assert verbs(team.give_back(team.docs / "2025"))["a.md"] == "changed"
    assert "(done" in (team.docs / "2025" / "a.md").read_text()
    assert "(done" not in (team.docs / "2026" / "b.md").read_text()


def test_two_documents_of_one_name_get_two_files_that_stay_theirs(team: Team, tmp_path: Path) -> None:
    first, second, out = tmp_path / "one", tmp_path / "two", tmp_path / "out"
    for folder, title in ((first, "Disk full"), (second, "Certificate expired")):
        folder.mkdir()
        (folder / "index.md").write_text(report(title))
        team.take_in(folder)
    team.give_back(out)
    assert {path.name for path in out.iterdir()} == {"index.md", "index-2.md"}
    assert {one.verb for one in team.give_back(out)} == {"unchanged"}
    assert {one.verb for one in team.take_in(out)} == {"unchanged"}


def test_a_folder_that_only_ever_got_exports_gets_everything_again(team: Team, tmp_path: Path, verbs: Verbs) -> None:
    team.write("a.md", report())
    team.take_in()
    born_here(team, "Login loop")
    team.give_back(tmp_path / "backup")
    team.write("b.md", report("Certificate expired", "2026-03-03"))
    team.take_in()
    assert verbs(team.give_back(tmp_path / "backup")) == {
        "a.md": "unchanged",
        "Login loop.md": "unchanged",
        "b.md": "created",
    }


def test_restricted_incidents_are_left_out_unless_named(team: Team, tmp_path: Path) -> None:
    team.write("a.md", report())
    [secret] = team.take_in(visibility=Visibility.RESTRICTED)
    assert team.give_back(tmp_path / "out") == []
    assert [one.verb for one in team.give_back(tmp_path / "out", restricted=[secret.incident_slug])] == ["created"]


def test_nobody_exports_what_they_may_not_see(team: Team, cast: Cast, tmp_path: Path) -> None:
    team.write("a.md", report())
    [secret] = team.take_in(visibility=Visibility.RESTRICTED)
    assert export(team.session, tmp_path / "out", by=cast.editor) == []
    with pytest.raises(NotFound):
        export(team.session, tmp_path / "out", by=cast.editor, restricted=[secret.incident_slug or ""])


def test_a_file_that_was_taken_away_does_not_come_back_by_itself(team: Team, verbs: Verbs) -> None:
    path = team.write("a.md", report())
    team.take_in()
    path.unlink()
    team.take_in()
    assert verbs(team.give_back()) == {"a.md": "skipped"} and not path.exists()
    assert verbs(team.give_back(everything=True)) == {"a.md": "created"} and path.exists()


def test_links_lead_nowhere(team: Team, tmp_path: Path) -> None:
    team.write("sub/a.md", report())
    team.write("b.md", report("Certificate expired"))
    team.take_in()
    close_all(team)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.md").write_text(report())
    (team.docs / "sub" / "a.md").unlink()
    (team.docs / "sub").rmdir()
    (team.docs / "sub").symlink_to(outside)
    (team.docs / "b.md").rename(outside / "b.md")
    (team.docs / "b.md").symlink_to(outside / "b.md")
    assert {one.verb for one in team.give_back()} == {"refused"}
    assert "(done" not in (outside / "a.md").read_text() + (outside / "b.md").read_text()


def test_a_source_that_is_never_written_is_not_exported_to(team: Team) -> None:
    team.write("a.md", report())
    team.take_in()
    sources.set_writes(team.session, team.session.scalars(sa.select(Source)).one(), "never", by=team.by, at=NOW)
    with pytest.raises(Conflict, match="always"):
        team.give_back()


def test_a_file_is_no_folder_to_write_to(team: Team) -> None:
    with pytest.raises(Invalid):
        team.give_back(team.write("a.md", report()))


def test_the_base_moves_with_what_was_written(team: Team) -> None:
    team.write("a.md", report())
    team.take_in()
    before = team.session.scalars(sa.select(Place.base_sha)).one()
    close_all(team)
    assert team.session.scalars(sa.select(Place.base_sha)).one() == before
    team.give_back()
    assert team.session.scalars(sa.select(Place.base_sha)).one() != before


def test_an_export_that_was_cut_off_after_writing_is_finished_by_the_next_import(team: Team, verbs: Verbs) -> None:
    team.write("a.md", report())
    team.take_in()
    close_all(team)
    export(team.session, team.docs, by=team.by)
    team.session.rollback()  # as if the machine had died before the commit
    assert verbs(team.take_in()) == {"a.md": "unchanged"}
    (team.docs / "a.md").write_text((team.docs / "a.md").read_text().replace("It was over", "It was over for all"))
    assert verbs(team.take_in()) == {"a.md": "changed"}


def test_a_write_that_fails_leaves_the_file_as_it_was_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("before")
    with pytest.raises(TypeError):
        write_whole(path, "not bytes")  # type: ignore[arg-type]
    assert path.read_text() == "before" and [one.name for one in tmp_path.iterdir()] == ["a.md"]


def test_a_file_keeps_its_rights_and_a_new_one_gets_the_usual_ones(tmp_path: Path) -> None:
    old = tmp_path / "old.md"
    old.write_text("before")
    old.chmod(0o640)
    before = os.umask(0o022)
    try:
        write_whole(old, b"after")
        write_whole(tmp_path / "new.md", b"new")
    finally:
        os.umask(before)
    assert (old.stat().st_mode & 0o777, (tmp_path / "new.md").stat().st_mode & 0o777) == (0o640, 0o644)
