"""Every page, as somebody with a screen reader, a phone or dark glasses meets it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from tests.browser.conftest import Site
from tests.browser.test_from_file_to_file import DOCUMENT, upload
from tests.conftest import ROOT
from tracker.policy.values import Change
from tracker.services import deployments, gates, people, policies
from tracker.store.models import Stage

pytestmark = pytest.mark.databases("sqlite")  # what a page looks like does not depend on the database

# Reached by GET and no page: another shape of one, a document, what a script asks for.
NO_PAGE = re.compile(r"^/static/|^/api/|\.<shape>$|\.md$|\.json$")
MAY_BE_MISSING = {"questions.show"}  # there only while something waits for an answer
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}


def page_endpoints(site: Site) -> set[str]:
    rules = [rule for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return {rule.endpoint for rule in rules if not NO_PAGE.search(rule.rule)}


def pages(site: Site, page: Page) -> dict[str, str]:
    """Endpoint -> one address of it, for every page that there is: found by following links, as a person would."""
    wanted = page_endpoints(site)
    put_a_policy_in_force(site)
    upload(page, "2026-09-09-queue.md", DOCUMENT)
    to_see = ["/", page.url.removeprefix(site.url), site.link().removeprefix(site.url), "/questions", "/search?q=queue"]
    to_see.append("/policy/datahub/prod")  # of a stage with nothing on it the page leads nowhere
    adapter = site.app.url_map.bind("127.0.0.1")
    found: dict[str, str] = {}
    while to_see and wanted - set(found):
        address = to_see.pop(0)
        try:
            endpoint, _ = adapter.match(address.partition("?")[0].partition("#")[0])
        except HTTPException:
            continue
        if endpoint in found or endpoint not in wanted:
            continue
        found[endpoint] = address
        page.goto(address)
        to_see += [link for link in hrefs(page) if link.startswith("/")]
    assert wanted - set(found) - MAY_BE_MISSING == set(), "no link leads there"
    return found


def hrefs(page: Page) -> list[str]:
    links: list[str] = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
    return links


def put_a_policy_in_force(site: Site) -> None:
    """The example's, with a change that its gate turned away and one that nobody had asked about."""
    at = datetime.now(UTC)
    with site.app.extensions["sessions"].writing() as session:
        admin, yaml = people.first_admin(session, at=at), (ROOT / "policy" / "datahub.yaml").read_bytes()
        texts = {"docs/policy/deployment.md": "# How we deploy\n\n- From staging only\n"}
        policies.push(session, yaml, commit="c" * 40, author="Ada", texts=texts, by="Ada", seen_by=admin, at=at)
        change = Change(deployment="datahub", stage="prod", new="b" * 40, content_id="e08a" * 10, subject="Merge staging")
        opened = gates.open(session, gates.GateRequest(change=change, policy="datahub"), at=at)
        gates.decide(session, opened.run, [], at=at)
        gone = deployments.Deployed(status="success", commit="d" * 40, content_id="f19b" * 10, subject="By hand")
        deployments.record(session, session.get_one(Stage, opened.run.stage_id), gone, key="by-hand", at=at)
        session.commit()


def change_something(page: Page) -> None:
    """A decision, so that the pages of history have something to show."""
    page.goto("/")
    page.get_by_role("button", name=re.compile(r"Mark A\d+ done")).first.click()
    page.wait_for_selector("#said .said")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(new_page: Callable[..., Page], site: Site, scheme: str) -> None:
    page = new_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    change_something(page)
    wrong = []
    for address in pages(site, page).values():
        page.goto(address)
        violations = Axe().run(page, options=RULES).response["violations"]
        wrong += [f"{address}: {v['id']}: {v['help']}: {v['nodes'][0]['html'][:200]}" for v in violations]
    assert wrong == [], "\n".join(wrong)


def test_every_page_fits_a_phone(new_page: Callable[..., Page], site: Site) -> None:
    page = new_page(viewport={"width": 400, "height": 800})
    change_something(page)
    wide = []
    for address in pages(site, page).values():
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if width > 0:
            wide.append(f"{address} is {width} px too wide")
    assert wide == []


def test_no_page_weighs_more_than_a_hundred_kilobytes_with_all_that_it_loads(
    new_page: Callable[..., Page], site: Site
) -> None:
    """Beyond the document that it shows (DESIGN §8); the examples' documents are small."""
    page = new_page(viewport={"width": 1280, "height": 900})
    change_something(page)
    heavy = []
    weights: list[int] = []
    page.on("response", lambda answer: weights.append(int(answer.headers.get("content-length", 0))))
    for address in pages(site, page).values():
        weights.clear()
        page.goto(address)
        if sum(weights) > 100_000:
            heavy.append(f"{address}: {sum(weights):,} bytes")
    assert heavy == []
