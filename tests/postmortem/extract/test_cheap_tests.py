"""The cheap tests before the dear patterns refuse nothing that the patterns know."""

import re

import pytest

from tracker.postmortem.extract import item_states
from tracker.postmortem.extract.document import PLACEHOLDER, is_placeholder

LEFT_BY_TEMPLATES = """
Lorem ipsum|xxx|YYYY|n/a|NA|None|nothing|TBD|tba|ToDo|---|...|there are no action items|No action items required
Action item 3|names of people involved|Describe the action|nil|keine|aucune|ninguna|なし|无|not applicable
to be determined|Coming soon|None at this time|{{ summary }}|<add name here>|[link]
"""
STATES = [
    re.sub(r"\(\?:(\w+)[^)]*\)|\[([^\]])[^\]]*\]|[?]", r"\1\2", word)
    for words in (item_states._DONE_WORDS, item_states._WONT, item_states._PROGRESS)
    for word in re.split(r"\|(?![^(]*\))", words)
]


@pytest.mark.parametrize("text", re.split(r"[|\n]", LEFT_BY_TEMPLATES.strip()))
def test_what_a_template_left_is_known(text: str) -> None:
    assert PLACEHOLDER.match(text.strip(".")) or not text.strip(".")
    assert is_placeholder(text)


@pytest.mark.parametrize("word", STATES)
@pytest.mark.parametrize("form", ["{}: add an alert", "Add an alert. {}", "Add an alert - {} on 2 May", "Add an alert ({})"])
def test_no_cheap_test_refuses_a_state(word: str, form: str) -> None:
    text = form.format(word)
    if item_states._LEADING.match(text):
        assert text[:2].casefold() in item_states._FIRST_LETTERS
    if item_states._TRAILING.search(text):
        assert item_states._may_trail(text, 0)
    if found := item_states._BRACKETED.search(text):
        assert any(
            (letters := opening[1].casefold()) in item_states._FIRST_LETTERS or not letters.isascii()
            for opening in item_states._OPENING.finditer(text)
            if opening.start() == found.start()
        )
    assert any(p.search(text) for p in (item_states._LEADING, item_states._TRAILING, item_states._BRACKETED))
