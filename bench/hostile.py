"""Texts that make a careless Markdown program slow: what CommonMark implementations test with, and some of our own.

Each is a function of its length in characters (roughly: some of them grow in steps).
"""

from collections.abc import Callable

HOSTILE: dict[str, Callable[[int], str]] = {
    "nested brackets": lambda n: "[" * (n // 2) + "a" + "]" * (n // 2),
    "unclosed links": lambda n: "[a](<b" * (n // 6),
    "unclosed links without address": lambda n: "[a](" * (n // 4),
    "link titles without end": lambda n: "[a](b 'c" * (n // 8),
    "images in brackets": lambda n: "![[]()" * (n // 6),
    "emphasis opened": lambda n: "*a " * (n // 3),
    "emphasis of two kinds": lambda n: "*a_ " * (n // 4),
    "emphasis closed": lambda n: "a**" * (n // 3),
    "emphasis nested": lambda n: "*a **a " * (n // 14) + "b** b* " * (n // 14),
    "strikethrough opened": lambda n: "~a " * (n // 3),
    "quotes within quotes": lambda n: "> " * (n // 2) + "a",
    "quotes continued lazily": lambda n: ">" * 50 + "a\n" + "b\n" * (n // 2),
    "lists within lists": lambda n: "- " * (n // 2) + "a",
    "lists ever deeper": lambda n: "".join("  " * k + "* a\n" for k in range(int(n**0.5))),
    "quotes of lists": lambda n: "> - " * (n // 8) + "a\n" + "> - " * (n // 8),
    "task list": lambda n: "- [ ] a\n" * (n // 8),
    "backticks ever longer": lambda n: "".join("e" + "`" * k for k in range(int((2 * n) ** 0.5))),
    "backtick run": lambda n: "`" * n,
    "fences": lambda n: "```\n" * (n // 4),
    "fences with a language": lambda n: "```python\nx=1\n```\n\n" * (n // 20),
    "table of many columns": lambda n: "|" + "a|" * (n // 6) + "\n|" + "-|" * (n // 6) + "\n|" + "b|" * (n // 6),
    "table of many rows": lambda n: "|a|b|\n|-|-|\n" + "|c|d|\n" * (n // 6),
    "reference definitions": lambda n: "".join(f"[r{k}]: /u\n" for k in range(n // 20)) + "[r1] " * (n // 20),
    "one reference many times": lambda n: "[a]: u\n" * (n // 14) + "[a] " * (n // 8),
    "footnotes": lambda n: (
        "".join(f"[^{k}] " for k in range(n // 20)) + "\n\n" + "".join(f"[^{k}]: x\n" for k in range(n // 20))
    ),
    "entities": lambda n: "&lt;" * (n // 4),
    "ampersands": lambda n: "&" * n,
    "letters beyond ASCII": lambda n: "©" * n,
    "NULs": lambda n: "\0" * n,
    "placeholders of Python-Markdown": lambda n: "\2wzxhzdk:0\3" * (n // 12),
    "headings": lambda n: "# a\n" * (n // 4),
    "headings underlined": lambda n: "a\n=\n" * (n // 4),
    "rules": lambda n: "***\n" * (n // 4),
    "lines": lambda n: "a\n" * (n // 2),
    "hard breaks": lambda n: "a  \n" * (n // 4),
    "blank lines": lambda n: "\n" * n + "a",
    "spaces": lambda n: " " * n + "a",
    "one long word": lambda n: "a" * n,
    "escapes": lambda n: "\\*" * (n // 2),
    "links": lambda n: "<http://a> " * (n // 11),
    "tags opened": lambda n: "<div>" * (n // 5),
    "tags opened in blocks": lambda n: "<div>\n\n" * (n // 7),
    "tags opened in words": lambda n: "x <b>" * (n // 5),
    "open tags copied into paragraphs": lambda n: (
        "x " + "".join(f"<b class=c{k}>" for k in range(n // 30)) + "\n\n" + "x\n\n" * (n // 6)
    ),
    "tables within cells": lambda n: "<table><td></div>" * (n // 17),
    "comments without end": lambda n: "x <!--" * (n // 6),
    "less-than signs": lambda n: "<" * n,
    "tags without end": lambda n: "<a " * (n // 3),
    "attributes without end": lambda n: "<a" + " b" * (n // 2),
    "quotes without end": lambda n: "<div>\n" + "<a b=\"<a b='" * (n // 12),
    "scripts without end": lambda n: "<div>" + "<script>" * (n // 8),
}
