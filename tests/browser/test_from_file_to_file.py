"""The main job in the browser: a file comes in, an item is closed, and the file differs in exactly one line."""

import difflib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

DOCUMENT = b"""\xef\xbb\xbf# 2026-09-09: The queue stood still\r
\r
## Timeline\r
\r
* 10:15 - A message that no worker can read is put back, again and again.\r
* 11:40 - Resolved: it is taken out by hand.\r
\r
## Action items ##\r
\r
1. Put a message aside after five tries\r
1. Page when the oldest message is older than ten minutes (DONE)\r
1. Show the queue's length on the first dashboard. Owner: Ana\r
\r
<!-- the template ends here -->"""


def changed_lines(old: bytes, new: bytes) -> list[str]:
    lines = difflib.ndiff(old.decode().splitlines(keepends=True), new.decode().splitlines(keepends=True))
    return [line for line in lines if line.startswith(("+", "-"))]


def upload(page: Page, name: str, data: bytes) -> None:
    page.goto("/import")
    page.get_by_label("Files", exact=True).set_input_files({"name": name, "mimeType": "text/markdown", "buffer": data})
    page.get_by_role("button", name="Look at it").click()


def download(page: Page) -> bytes:
    with page.expect_download() as started:
        page.get_by_role("link", name=re.compile("download", re.I)).first.click()
    return Path(started.value.path()).read_bytes()


def test_a_closed_item_is_one_changed_line_in_the_downloaded_document(page: Page) -> None:
    upload(page, "2026-09-09-queue.md", DOCUMENT)
    expect(page.locator("main")).to_contain_text(
        "Put a message aside after five tries"
    )  # the preview, before anything is kept
    expect(page.locator("mark").first).to_be_visible()
    page.get_by_role("button", name="Take it in").click()
    page.get_by_role("link", name="2026-09-09-queue.md").or_(page.get_by_role("link", name="The incident")).first.click()

    page.goto("/?words=aside")
    row = page.locator("[data-row]").filter(has_text="Put a message aside after five tries")
    if row.count() == 0:  # its document said nothing of it, so it stands with those
        page.goto("/?state=not_stated&words=aside")
    key = row.get_attribute("id")
    row.get_by_role("button", name=f"Mark {key} done").click()
    expect(page.locator("#said")).to_contain_text(f"{key} is done")

    page.goto(f"/items/{key}")
    page.get_by_role("link", name="The queue stood still").first.click()
    now = download(page)
    removed, added = changed_lines(DOCUMENT, now)
    assert removed == "- 1. Put a message aside after five tries\r\n"
    assert added == "+ 1. Put a message aside after five tries (DONE)\r\n", "in the document's own habit"


def test_undo_brings_the_first_bytes_back(page: Page) -> None:
    upload(page, "2026-09-09-queue.md", DOCUMENT)
    page.get_by_role("button", name="Take it in").click()
    page.goto("/incidents")
    page.get_by_role("link", name=re.compile("The queue stood still")).first.click()
    incident = page.url
    page.get_by_role("button", name=re.compile(r"Mark A\d+ done")).first.click()
    expect(page.locator("#said")).to_contain_text("is done")
    page.keyboard.press("u")
    expect(page.locator("#said")).not_to_contain_text("is done")
    page.goto(incident)
    assert download(page) == DOCUMENT


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("picture.md", b"\x89PNG\r\n\x1a\n\x00\x00", "binary"),
        ("latin.md", "# Käse\n\n## Timeline\n\n- 10:00 dön\n".encode("latin-1"), "UTF-8"),
        ("empty.md", b"", "empty"),
        ("bomb.zip", b"PK\x05\x06 and no more", "zip"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_name(page: Page, name: str, data: bytes, said: str) -> None:
    upload(page, name, data)
    expect(page.locator("main")).to_contain_text(re.compile(said, re.I))
    page.goto("/incidents")
    expect(page.locator("main")).not_to_contain_text(name)


def test_the_whole_way_works_without_scripts(new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    upload(page, "2026-09-09-queue.md", DOCUMENT)
    page.get_by_role("button", name="Take it in").click()
    page.goto("/incidents")
    page.get_by_role("link", name=re.compile("The queue stood still")).first.click()
    page.get_by_role("button", name=re.compile(r"Mark A\d+ done")).first.click()
    expect(page.locator("#said")).to_contain_text("is done")
    assert len(changed_lines(DOCUMENT, download(page))) == 2


def test_a_link_signs_in_once_and_opening_it_changes_nothing(new_page: Callable[..., Page], site: Any) -> None:
    link = site.link()
    first = new_page(signed_in=False)
    first.goto(link)
    first.goto(link)  # a chat that previews it, a person who comes back to it
    first.get_by_role("button", name=re.compile("Sign in")).click()
    first.goto("/you")
    expect(first.locator("h1")).to_contain_text("Admin")
    assert first.request.get(link).status in (404, 409)
