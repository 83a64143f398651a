"""Incident postmortems kept as Markdown, and the action items that come out of them."""

__version__ = "0.1.0"
