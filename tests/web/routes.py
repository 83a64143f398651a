"""The table of routes and rights, and addresses for its rows."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


@dataclass(frozen=True)
class Route:
    method: str
    rule: str
    right: str

    @property
    def arguments(self) -> list[str]:
        return re.findall(r"<(\w+)>", self.rule)

    def address(self, values: dict[str, Any]) -> str:
        return re.sub(r"<(\w+)>", lambda found: quote(str(values[found[1]])), self.rule)


def plain(rule: str) -> str:
    """A rule with the names of its arguments and without their converters."""
    return re.sub(r"<[^<>]*:(\w+)>", r"<\1>", rule)


def table() -> list[Route]:
    """What is checked in: every route has a row, which says who may use it."""
    with Path(__file__).with_name("routes.csv").open(newline="") as file:
        return [Route(**row) for row in csv.DictReader(file)]


def routes_of(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, plain(rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def ask(client: FlaskClient, route: Route, values: dict[str, Any], **more: Any) -> TestResponse:
    """Ask the route; a file that it answers with is read and closed."""
    return client.open(route.address(values), method=route.method, buffered=True, **more)
