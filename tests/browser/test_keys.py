"""The action items by keyboard: moving, closing, giving away, taking back, without losing one's place."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site


def focused(page: Page) -> str:
    row = page.locator("[data-row]:focus").get_attribute("id")
    assert row is not None
    return row


def test_an_item_is_closed_and_brought_back_and_the_focus_stays_where_the_eye_is(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = focused(page)
    page.keyboard.press("k")
    first = focused(page)
    page.keyboard.press("d")
    expect(page.locator(f"#{first}")).to_have_count(0)
    expect(page.locator("#said")).to_contain_text(f"{first} is done.")
    expect(page.locator(f"#{second}")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator(f"#{first}")).to_be_focused()
    expect(page.locator("#live")).to_have_text("Undone.")


def test_an_item_is_given_away_in_its_line(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("j")
    key = focused(page)
    page.keyboard.press("o")
    expect(page.locator(f"#{key} input[name=owner]")).to_be_focused()
    page.keyboard.type("Grace")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text(f"{key}: owner Grace.")
    expect(page.locator(f"#{key}")).to_contain_text("Grace")
    expect(page.locator(f"#{key}")).to_be_focused()


def test_escape_closes_the_line_and_changes_nothing(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("j")
    key = focused(page)
    page.keyboard.press("o")
    expect(page.locator(f"#{key} input[name=owner]")).to_be_focused()
    page.keyboard.type("Nobody in particular")
    page.keyboard.press("Escape")
    expect(page.locator(".edit")).to_have_count(0)
    expect(page.locator(f"#{key}")).to_be_focused()
    expect(page.locator("main")).not_to_contain_text("Nobody in particular")


def test_keys_are_told_on_the_page_and_do_nothing_while_somebody_types(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("?")
    expect(page.get_by_text("mark it done")).to_be_visible()
    rows = page.locator("[data-row]").count()
    page.keyboard.press("/")
    page.keyboard.type("djuo?")
    expect(page.get_by_label(re.compile("^Search$"))).to_have_value("djuo?")
    assert page.locator("[data-row]").count() == rows


def test_triage_says_what_happened_to_whoever_cannot_see_it(page: Page) -> None:
    page.goto("/triage")
    key = focused(page)
    page.keyboard.press("r")
    expect(page.locator("#live")).to_have_text(f"{key} is real, and open now.")
    expect(page.locator("[data-row]:focus")).not_to_have_id(key)


def test_won_t_do_without_a_reason_stays_in_its_line_with_what_was_typed(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("j")
    key = focused(page)
    page.keyboard.press("o")
    row = page.locator(f"#{key}")
    row.locator("input[name=owner]").fill("Grace")
    row.locator("select[name=claim]").select_option("wont_do")
    address = page.url
    row.get_by_role("button", name="Save").click()
    reason = row.locator("input[name=reason]")
    expect(reason).to_be_focused()
    assert "Say why" in reason.evaluate("field => field.validationMessage")
    expect(row.locator("input[name=owner]")).to_have_value("Grace")
    assert page.url == address
    reason.fill("we bought a bigger one")
    row.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_contain_text(f"{key} is won’t do.")


def test_a_form_that_is_sent_back_stands_under_its_own_address(chromium: Browser, site: Site) -> None:
    page = chromium.new_context(base_url=site.url).new_page()  # no complaints heard: a 422 is one to the console
    page.goto(site.link())
    page.get_by_role("button", name=re.compile("sign in", re.I)).click()
    page.goto("/")
    page.keyboard.press("j")
    key = focused(page)
    page.keyboard.press("o")
    owner = page.locator(f"#{key} input[name=owner]")
    owner.evaluate("field => field.removeAttribute('maxlength')")
    owner.fill("x" * 300)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Owner")).to_have_value("x" * 300)
    expect(page).to_have_url(f"{site.url}/items/{key}")
    page.context.close()
