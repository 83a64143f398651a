"""A new document to begin with: short, in English, with sections that the reader knows and nothing else that it reads."""

from datetime import date

SECTIONS = """\
## Summary

{summary}

## Impact

{impact}

## Timeline

{timeline}

## Root cause

{cause}

## Lessons learned

### What went well

{well}

### What went wrong

{wrong}

### Where we got lucky

{lucky}

## Action items

{items}
"""
HINTS = {
    "summary": "<!-- What happened, in two or three sentences, for somebody who was not there. -->",
    "impact": "<!-- Who noticed what, for how long. -->",
    "timeline": "<!-- One line each, with local time: - 14:30 The deploy started. -->",
    "cause": "<!-- Why it happened, and what let it happen. -->",
    "well": "<!-- What helped. -->",
    "wrong": "<!-- What made it worse, or longer. -->",
    "lucky": "<!-- What could have been worse. -->",
    "items": "<!-- One line each: - [ ] What will change (owner: Name) -->",
}


def new_document(*, title: str, day: date, severity: str | None = None) -> bytes:
    """Return a Markdown document whose sections read back as such, each holding only a comment that says what goes there.

    The date stands below the title, as does the severity where one is given; both are read from there.
    """
    words = " ".join(title.split()) or "Untitled incident"
    facts = [f"**Date:** {day.isoformat()}"]
    if severity and severity.strip():
        facts.append(f"**Severity:** {' '.join(severity.split())}")
    head = "  \n".join(facts)
    return f"# {_as_text(words)}\n\n{head}\n\n{SECTIONS.format(**HINTS)}".encode()


def _as_text(title: str) -> str:
    """A title that begins or ends with `#` would lose it."""
    return title.replace("#", r"\#") if title.startswith("#") or title.endswith("#") else title
