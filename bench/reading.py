"""Reading and understanding every document, beside markdown-it-py merely parsing it."""

from markdown_it import MarkdownIt

from bench.documents import documents
from bench.measuring import each, medians, say
from tracker.postmortem.reader import read

TARGET = 0.5


def run(*, full: bool) -> bool:
    which, found = documents()
    works = {"read": lambda: each(read, ((data, name) for name, data in found)), "parse": parsing(found)}
    times = medians(works, rounds=9 if full else 5)
    detail = f"{times['read']:.2f} s beside {times['parse']:.2f} s, {which}: {len(found)}"
    return say("reading and understanding / markdown-it-py parsing", times["read"] / times["parse"], TARGET, detail=detail)


def parsing(found: list[tuple[str, bytes]]):  # type: ignore[no-untyped-def]
    """The other side of the comparison: the same dialect (tables, strikethrough), no rendering."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    texts = [(data.decode("utf-8-sig"),) for _, data in found]
    return lambda: each(parser.parse, texts)
