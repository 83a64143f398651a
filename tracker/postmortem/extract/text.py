"""Plain text and one-line Markdown of blocks and of parts of them."""

import re
from collections.abc import Sequence

from tracker.postmortem.blocks import Block

_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.S)
_TAG = re.compile(r"</?[A-Za-z][^>]{0,200}>")
TEXT_LIMIT = 20_000  # characters of one value; what is longer is cut, the span still covers all of it


def one_line(text: str) -> str:
    if "\n" not in text and "  " not in text and text.isprintable():
        return text.strip(" ")  # it has no other spaces: as most texts, which this takes a third less time for
    return " ".join(text.split())


def leaf_text(block: Block) -> str:
    if block.kind == "html":
        return _TAG.sub(" ", _COMMENT.sub(" ", block.text)).strip()
    return block.text


def plain(blocks: Sequence[Block], lead: str = "", limit: int = TEXT_LIMIT) -> str:
    """The text of blocks, a line per leaf, cells of a row joined; comments and tags left out; cut at `limit` characters."""
    if len(blocks) == 1 and not lead and blocks[0].kind in ("para", "heading"):
        return blocks[0].text[:limit]
    parts = [lead.strip()] if lead.strip() else []
    size = 0
    for block in blocks:
        for leaf in block.leaves():
            if leaf.kind == "rule":
                continue
            text = leaf_text(leaf).strip("\n")
            if not text.strip():
                continue
            if leaf.kind == "cell" and parts and leaf.parent is not None and leaf.parent.children[0] is not leaf:
                parts[-1] += " | " + text
            else:
                parts.append(text)
                if leaf.parent is not None and leaf.parent.kind == "item" and leaf.parent.children[0] is leaf:
                    parts[-1] = _marker(leaf.parent) + text
            size += len(text)
            if size > limit:
                return "\n".join(parts)[:limit]
    return "\n".join(parts)


def _marker(item: Block) -> str:
    """`1. ` or `- `: what stands before an item, its number counted as a page would."""
    held = item.parent
    if held is None or held.info is None:
        return "- "
    at = next((i for i, child in enumerate(held.children[:200]) if child is item), 0)
    return f"{held.info + at}. "


def markdown(data: bytes, begin: int, end: int) -> str:
    """Bytes as one line of Markdown."""
    return one_line(data[begin:end].decode("utf-8", "replace"))


def is_comment(block: Block) -> bool:
    return block.kind == "html" and not leaf_text(block)
