"""Markdown in, values out; edits as splices; merge; safe HTML. No Flask, no database.

`reader.read` is the way in: bytes to a `Postmortem`.
"""
