"""Writing and importing in a real browser: nothing typed is lost, folders come with their paths, no script is needed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.test_from_file_to_file import DOCUMENT, download, upload

pytestmark = pytest.mark.databases("sqlite")  # what a browser does is the same on both


def take_in(page: Page, name: str = "2026-09-09-queue.md") -> str:
    """Import the document; gives its incident's address."""
    upload(page, name, DOCUMENT)
    page.get_by_role("button", name="Take it in").click()
    page.get_by_role("link", name=name).click()
    return page.url


def test_what_was_typed_is_offered_again_after_the_browser_went_away(page: Page) -> None:
    address = take_in(page)
    page.goto(f"{address}/edit")
    area = page.get_by_label("The document, in Markdown")
    area.press("Control+Home")
    area.press_sequentially("Half a sentence ")
    page.goto("/")
    page.goto(f"{address}/edit")
    page.get_by_role("button", name="Take it back").click()
    expect(area).to_have_value(re.compile("^Half a sentence "))
    page.get_by_role("button", name="Save").click()
    page.goto(f"{address}/edit")
    expect(page.get_by_role("button", name="Take it back")).to_have_count(0)


def test_saving_what_was_not_touched_leaves_the_document_to_the_byte(page: Page) -> None:
    """DOCUMENT has a BOM, CRLF and no final newline, which a text area knows nothing of."""
    address = take_in(page)
    page.goto(f"{address}/edit")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_contain_text("Nothing was changed")
    page.goto(f"{address}/edit")
    area = page.get_by_label("The document, in Markdown")
    area.fill(area.input_value().replace("five tries", "six tries"))
    page.get_by_role("button", name="Save").click()
    assert download(page) == DOCUMENT.replace(b"five tries", b"six tries")


def test_all_of_it_works_without_scripts(new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    address = take_in(page)
    page.goto(f"{address}/edit")
    area = page.get_by_label("The document, in Markdown")
    area.fill(area.input_value().replace("five tries", "six tries"))
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview")).to_contain_text("six tries")
    page.get_by_role("button", name="Save").click()
    page.goto(f"{address}/history")
    page.get_by_role("button", name="Compare them").click()
    expect(page.locator("ins")).to_have_text("six")
    page.get_by_role("button", name="Take this back").click()
    page.goto(address)
    assert download(page) == DOCUMENT
    page.goto("/you")
    page.get_by_role("group").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("main")).to_contain_text("You are signed out")


def test_a_folder_comes_with_its_paths_and_only_the_postmortems_in_it(page: Page, site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    (folder / "2026").mkdir(parents=True)
    (folder / "2026" / "queue.md").write_bytes(DOCUMENT)
    (folder / "notes.md").write_text("# Notes\n\nNothing happened.\n")
    (folder / "chart.png").write_bytes(b"\x89PNG")
    page.goto("/import")
    page.get_by_label("Or a whole folder").set_input_files(folder)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("checkbox", name="Take docs/2026/queue.md")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Take docs/notes.md")).not_to_be_checked()
    expect(page.locator("main")).not_to_contain_text("chart.png")
