"""Rendering every document as a safe page, beside markdown-it-py rendering it without any sanitising or colours."""

from functools import partial

from markdown_it import MarkdownIt

from bench.documents import documents
from bench.measuring import each, medians, say
from tracker.postmortem.html.page import body, convert


def run(*, full: bool) -> bool:
    which, found = documents()
    texts = [(body(data),) for _, data in found]
    other = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    works = {
        "ours": lambda: each(partial(convert, anchors=True), texts),
        "other": lambda: each(other.render, texts),
    }
    times = medians(works, rounds=5 if full else 3)
    detail = f"{times['ours']:.2f} s beside {times['other']:.2f} s, {which}: {len(found)}"
    return say("rendering, code coloured, sanitised / markdown-it-py", times["ours"] / times["other"], detail=detail)
