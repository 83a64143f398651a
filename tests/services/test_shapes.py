"""One list in several shapes; each says exactly what the rows say, and harms nobody who opens it."""

import csv
import io
import json
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tracker.domain.claims import Claim
from tracker.services.shapes import to_csv, to_json, to_markdown, to_table

COLUMNS = (("key", "Key"), ("text", "Action item"), ("due", "Due"), ("claim", "Claim"), ("age", "Age"))


@dataclass
class Row:
    key: str = "A1"
    text: str = "Fix it"
    due: date | None = date(2026, 12, 2)
    claim: Claim = Claim.WONT_DO
    age: int | None = -3


def test_json_has_plain_values():
    said = json.loads(to_json(COLUMNS, [Row(), Row(due=None)], counts={"open": 2}))
    assert said["counts"] == {"open": 2}
    assert said["rows"][0] == {"key": "A1", "text": "Fix it", "due": "2026-12-02", "claim": "wont_do", "age": -3}
    assert said["rows"][1]["due"] is None


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_compute_is_made_harmless(text):
    [_, row] = csv.reader(io.StringIO(to_csv(COLUMNS, [Row(text=text)]), newline=""))
    assert row[1] == "'" + text


def test_a_number_stays_a_number_in_csv():
    assert to_csv(COLUMNS, [Row()]).splitlines()[1] == "A1,Fix it,2026-12-02,wont_do,-3"


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), max_size=5))
def test_csv_gives_every_text_back(texts):
    rows = list(csv.reader(io.StringIO(to_csv(COLUMNS, [Row(text=text) for text in texts]), newline="")))
    assert [row[1].removeprefix("'") for row in rows[1:]] == [text.removeprefix("'") for text in texts]


@given(st.lists(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"])), min_size=1, max_size=3))
def test_a_markdown_table_says_the_text_and_nothing_that_it_might_mean(texts):
    tokens = MarkdownIt("commonmark").enable("table").parse(to_markdown(COLUMNS, [Row(text=text) for text in texts]))
    assert tokens[0].type == "table_open" and tokens[-1].type == "table_close"
    cells = [token for token in tokens if token.type == "inline"][len(COLUMNS) :]
    kinds = {child.type for cell in cells for child in cell.children or []}
    assert kinds <= {"text", "text_special"}
    assert len(cells) == len(COLUMNS) * len(texts)


def test_a_table_for_a_terminal_fits_its_width_and_steers_nothing():
    said = to_table(COLUMNS, [Row(text="very long " * 20 + "\x1b[31m"), Row(text="短い文 two")], width=60)
    assert all(len(line) <= 60 for line in said.splitlines()) and "…" in said and "\x1b" not in said
    assert to_table(COLUMNS, []) == ""
