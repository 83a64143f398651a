"""Triage at the speed of a keyboard (issue: 200 items in under ten minutes)."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect


def left(page: Page) -> int:
    return page.locator("#triage [data-row]").count()


def test_items_are_sorted_out_by_keys_alone_and_taken_back(page: Page) -> None:
    page.goto("/triage")
    waiting = left(page)
    assert waiting >= 6
    keyboard = page.keyboard
    keyboard.press("j")
    first = page.locator("[data-row]:focus").get_attribute("id")
    keyboard.press("r")
    expect(page.locator(f"#{first}")).to_have_count(0)
    second = page.locator("[data-row]:focus").get_attribute("id")  # the focus went on by itself
    keyboard.press("d")
    expect(page.locator(f"#{second}")).to_have_count(0)
    keyboard.press("w")
    keyboard.type("The proxy is going away.")
    keyboard.press("Enter")
    expect(page.locator("#triage [data-row]")).to_have_count(waiting - 3)
    keyboard.press("n")
    expect(page.locator("#triage [data-row]")).to_have_count(waiting - 4)
    keyboard.press("u")
    expect(page.locator("#triage [data-row]")).to_have_count(waiting - 3)
    page.goto("/")
    expect(page.locator(f"#{first}")).to_be_visible()  # it is open now
    page.goto(f"/items/{second}")
    expect(page.locator("main")).to_contain_text(re.compile("done", re.I))


def test_a_whole_incident_is_decided_at_once(page: Page) -> None:
    page.goto("/triage")
    waiting = left(page)
    rows = page.locator("#triage [data-group]").first.locator("[data-row]").count()
    page.keyboard.press("j")
    page.keyboard.press("Shift+R")
    expect(page.locator("#triage [data-row]")).to_have_count(waiting - rows)


def test_triage_works_without_scripts(new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/triage")
    waiting = left(page)
    page.get_by_role("button", name=re.compile(r"^A\d+: real$")).first.click()
    assert left(page) == waiting - 1
    page.get_by_role("link", name=re.compile(r"^A\d+: won’t do$")).first.click()
    page.get_by_label("Why not?").fill("Nobody has asked for it since.")
    page.get_by_role("button", name="Won’t do").click()
    assert left(page) == waiting - 2
    page.get_by_role("button", name="Undo").click()
    assert left(page) == waiting - 1
