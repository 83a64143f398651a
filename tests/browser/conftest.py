"""A real browser on a real server: the system's Chromium, the application on a free loopback port."""

import ctypes
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from tests.conftest import ROOT
from tracker.config import Settings
from tracker.services import finding, imports, people, sign_ins

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOW_TO_INSTALL = "no Chromium, or not all that its driver needs: `apt-get install chromium libatomic1` brings them"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None or not _driver_can_run():
        pytest.skip(HOW_TO_INSTALL)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


def _driver_can_run() -> bool:
    """Playwright brings a Node that is linked with libatomic, which a small Debian lacks."""
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return sys.platform != "linux"
    return True


@dataclass(frozen=True)
class Site:
    """The application as it is served, with the example postmortems in it."""

    url: str
    app: Flask

    def link(self) -> str:
        """A link that signs the first admin in, once."""
        at = datetime.now(UTC)
        with self.app.extensions["sessions"].writing() as session:
            token = sign_ins.make_link(session, people.first_admin(session, at=at), at=at, hours=1)
            session.commit()
        return f"{self.url}/sign-in/{token}"


@pytest.fixture
def site(app: Flask, settings: Settings) -> Iterator[Site]:
    """Served from a thread on a free port of the loopback address, until the test ends."""
    at = datetime.now(UTC)
    with app.extensions["sessions"].writing() as session:
        admin = people.first_admin(session, at=at)
        found = finding.find([ROOT / "incidents"], settings=settings)
        imports.plan_or_import(session, found, by=admin, at=at)
        session.commit()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", app)
    server.shutdown()
    thread.join()
    server.server_close()


class Complaints(list[str]):
    """What the browser said that nobody wants to hear: script errors, blocked content, requests to other hosts."""

    def listen(self, page: Page, site: Site) -> None:
        page.on("pageerror", lambda error: self.append(f"error: {error}"))
        page.on("console", lambda message: message.type == "error" and self.append(f"console: {message.text}"))
        page.on("request", lambda request: self._foreign(request.url, site))

    def _foreign(self, url: str, site: Site) -> None:
        if not url.startswith((site.url, "data:", "blob:", "about:")):
            self.append(f"request to another host: {url}")


@pytest.fixture
def new_page(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Opens pages, each in a browser that knows nothing yet; what they complain about fails the test at its end."""
    complaints, contexts = Complaints(), []

    def make(*, signed_in: bool = True, **options: Any) -> Page:
        contexts.append(chromium.new_context(base_url=site.url, **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        complaints.listen(page, site)
        if signed_in:
            page.goto(site.link())
            page.get_by_role("button", name=re.compile("sign in", re.I)).click()
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """Signed in as the admin, in a window as wide as on a desk."""
    return new_page(viewport={"width": 1280, "height": 900})
