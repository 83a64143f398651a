"""In a folder of other pages only the postmortems are taken."""

import re
from pathlib import Path

import pytest

from tests.services.conftest import report
from tracker.postmortem.reader import read
from tracker.services.recognition import is_postmortem, why_not

HASHES = r"\.[0-9a-f]{8}\.[0-9a-f]{6}(?=\.|$)"  # the corpus has several versions of a file, told apart by these
ITEMS = "## Action items\n\n1. Add an alert.\n2. Buy a disk.\n"
TIMELINE = "## Timeline\n\n- 10:00 It began.\n- 10:20 It ended.\n"
GUIDE = "You write your report within a week. You ask your team, and you send it to your manager. " * 8
POSTMORTEMS = {
    "a whole one": ("docs/2026-01-02-disk.md", report()),
    "only a timeline": ("docs/page.md", f"# Page\n\n{TIMELINE}"),
    "only action items": ("docs/page.md", f"# Page\n\n{ITEMS}"),
    "only a table of action items that people own": (
        "docs/page.md",
        "# Page\n\n## Action items\n\n| item | owner |\n|---|---|\n| Add an alert | Ada |\n| Buy a disk | |\n",
    ),
    "neither, but its title, its date and its cause": (
        "blog/2014-08-07-outage.md",
        "# Outage of the search, 2014-08-07\n\nThe search was down.\n\n## Root cause\n\nA disk was full.\n",
    ),
    "neither, among incidents": ("incidents/2023-01-31-stall.md", "# Chain stall, 2023-01-31\n\n## Root cause\n\nA bug.\n"),
    "an index page of its own folder": ("incidents/2026-01-02-disk/index.md", report()),
    "an upgrade that went wrong": ("docs/2026-01-02-upgrade.md", report("Outage after the upgrade")),
}
OTHERS = {
    "a readme": ("docs/README.md", f"# Our tools\n\nThese are our tools.\n\n{ITEMS}"),
    "a template": ("docs/template.md", f"# Title\n\nDate: YYYY-MM-DD\n\n{TIMELINE}{ITEMS}"),
    "a template that is dated": ("docs/2022-12-16-incident-report-template.md", f"# Incident\n\n{ITEMS}"),
    "an index": ("incidents/index.md", "# Incidents\n\n- [2026-01-02 Disk full](a.md)\n- [2026-02-03 Login](b.md)\n"),
    "a guide": ("docs/postmortems.md", f"# How to write a postmortem\n\n{GUIDE}\n\n{ITEMS}"),
    "a guide that speaks to its reader": ("incidents/writing.md", f"# Writing\n\n{GUIDE}\n\n{ITEMS}"),
    "a report of planned work": ("docs/2024-01-03-install.md", "# 2024-01-03 Install of a new server\n\nWe installed it.\n"),
    "a reference with a table that reads as tasks": (
        "docs/marks.md",
        "# Marks\n\n## Action items\n\n| mark | done |\n|---|---|\n| a task list | [x] |\n| a table | `Done` |\n",
    ),
    "a page about something else": ("docs/team.md", "# The team\n\n- Ada\n- Edith\n"),
    "a licence": ("LICENSE", "Permission is hereby granted, free of charge, to any person.\n"),
    "requirements": ("requirements.txt", "flask==3.1\nclick==8.1\n"),
}


@pytest.mark.parametrize("case", POSTMORTEMS)
def test_it_is_taken(case: str) -> None:
    path, text = POSTMORTEMS[case]
    assert is_postmortem(read(text.encode(), path), path)


@pytest.mark.parametrize("case", OTHERS)
def test_it_is_left_and_the_reason_is_true(case: str) -> None:
    path, text = OTHERS[case]
    postmortem = read(text.encode(), path)
    assert not is_postmortem(postmortem, path)
    said = why_not(postmortem, path)
    assert ("no timeline, no action items" in said) is not postmortem.is_one


def test_what_this_project_says_of_documents_is_none() -> None:
    pages = sorted((Path(__file__).resolve().parents[2] / "docs").glob("*.md"))
    taken = [
        page.name
        for page in pages
        if is_postmortem(read(page.read_bytes(), page.name), f"incident-tracker/docs/{page.name}")
    ]
    assert len(pages) > 3 and taken == []


def test_every_labelled_document_is_found(corpus: Path) -> None:
    files = [path for path in (corpus / "dev").rglob("*") if path.is_file()]
    left = [path.name for path in files if not is_postmortem(read(path.read_bytes(), path.name), path.name)]
    assert len(files) > 60 and left == []


def test_readmes_templates_and_guides_are_left(corpus: Path) -> None:
    """By name, whatever the team: what nobody would call a postmortem."""
    words = ("README", "TEMPLATE", "CONTRIBUTING", "CODE_OF_CONDUCT", "index.", "_toc", "template")
    folders = ("postmortem-docs", "postmortem-templates")
    files = [path for path in (corpus / "roundtrip").rglob("*") if path.is_file()]
    pages = [p for p in files if any(w in p.name for w in words) or any(f in p.parent.name for f in folders)]
    called = {page: f"{page.parent.name}/{re.sub(HASHES, '', page.name)}" for page in pages}
    taken = [path for page, path in called.items() if is_postmortem(read(page.read_bytes(), path), path)]
    assert len(pages) > 50 and taken == []
