"""docs/api.md names every route of the API, and no other."""

import re
from pathlib import Path

from tests.web.routes import table

DOCS = Path(__file__).resolve().parents[3] / "docs" / "api.md"


def test_the_docs_name_every_route_and_no_other():
    named = set(re.findall(r"^\| `([A-Z]+) (/api/v1\S+)` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    assert named == {(route.method, route.rule) for route in table() if route.right == "token"}
