"""What every template keeps to: the strict CSP, CSRF tokens in forms, escaping, one base page."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = {
    str(path.relative_to(ROOT / "templates")): path.read_text(encoding="utf-8")
    for path in (ROOT / "templates").rglob("*.html")
}
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)

each_template = pytest.mark.parametrize("name", sorted(TEMPLATES))


@each_template
def test_a_page_extends_the_base_and_a_partial_does_not(name: str) -> None:
    is_page = not Path(name).name.startswith("_") and name != "base.html"
    assert ('{% extends "' in TEMPLATES[name]) is is_page


@each_template
def test_every_form_that_posts_has_a_token(name: str) -> None:
    forms = re.findall(r"<form\b.*?</form>", TEMPLATES[name], re.DOTALL | re.IGNORECASE)
    without = [
        form for form in forms if re.search(r'method="?post', form, re.I) and not re.search(r"token\(\)|csrf_token", form)
    ]
    assert without == []


@each_template
def test_no_script_or_style_stands_in_the_page(name: str) -> None:
    """The CSP would block it: handlers and styles live in tracker/static."""
    text = COMMENT.sub("", TEMPLATES[name])
    assert (
        re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son[a-z]+=[\"']|javascript:", text, re.IGNORECASE) == []
    )


@each_template
def test_nothing_is_loaded_from_another_host(name: str) -> None:
    assert re.findall(r"<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)=[\"'](?:https?:)?//", TEMPLATES[name]) == []


@each_template
def test_templates_do_not_query(name: str) -> None:
    assert re.findall(r"\b(?:g\.session|session\.(?:scalars?|execute|query))\b", TEMPLATES[name]) == []


# What is HTML already: rendered and sanitised by tracker.postmortem.html, or written by us in the template itself.
IS_HTML = re.compile(r"""(?:preview\.html|source|'[^']*'|"[^"]*")$""")


@each_template
def test_only_what_was_sanitised_is_not_escaped(name: str) -> None:
    unescaped = [found.strip() for found in re.findall(r"\{\{-?([^}|]*)\|\s*safe\b", TEMPLATES[name])]
    assert [expression for expression in unescaped if not IS_HTML.match(expression)] == []
    assert "autoescape" not in TEMPLATES[name]
