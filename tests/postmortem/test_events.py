"""Pass 2: every block has its bytes, every leaf its text, and nothing of the tree stays behind."""

import gc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.postmortem.blocks import Block, part_of, release
from tracker.postmortem.events import DEPTH_LIMIT, parse
from tracker.postmortem.reader import read

PIECES = (
    "# ", "- ", "> ", "1. ", "**", "`", "[a](b)", "<br>", "é", "🍀", "&amp;", "\\*", "word ", "\n", "\n\n", "    ", "***\n",
    "| a |", "\n|---|\n", "- [x] ", "```\n", "<div>\n", "[^1]: ",
)  # fmt: skip
MARKDOWN = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def tree(block: Block) -> Iterator[Block]:
    yield block
    for child in block.children:
        yield from tree(child)


def leaves(text: str, base: int = 0) -> list[Block]:
    return list(parse(text, base).leaves())


@given(MARKDOWN, st.integers(0, 9))
def test_a_block_stands_within_the_one_around_it_and_blocks_come_in_order(text: str, base: int) -> None:
    root = parse(text, base)
    blocks = list(tree(root))
    assert [b.order for b in blocks] == sorted({b.order for b in blocks})
    for block in blocks[1:]:
        assert block.parent is not None
        assert base <= block.start <= block.end <= base + len(text.encode())
        if block.parent is not root:
            assert block.parent.start <= block.start
            assert block.end <= block.parent.end


@given(MARKDOWN)
def test_bytes_grow_with_the_characters_and_stay_within_the_leaf(text: str) -> None:
    for leaf in leaves(text):
        begins = [leaf.byte(at) for at in range(len(leaf.text) + 1)]
        ends = [leaf.byte_end(at) for at in range(len(leaf.text) + 1)]
        assert begins == sorted(begins)
        assert ends == sorted(ends)
        if leaf.segs:
            assert leaf.start <= begins[0]
            assert ends[-1] <= leaf.end
            # The quick answers for a leaf's own begin and end are those that its pieces give.
            assert begins[0] == leaf.segs[0][1]
            assert ends[-1] == leaf.segs[-1][2]


def test_a_leaf_knows_the_bytes_of_each_of_its_characters() -> None:
    text = "- é **Fixed** & `done`\n  now\n"
    (leaf,) = leaves(text, base=3)
    assert leaf.text == "é Fixed & done\nnow"
    data = b"..." + text.encode()
    for word in ("é", "Fixed", "now"):
        at = leaf.text.index(word)
        assert data[leaf.byte(at) : leaf.byte_end(at + len(word))].decode() == word
    assert [(kind, leaf.text[a:b], data[s:e].decode()) for kind, a, b, s, e, _ in leaf.marks] == [
        ("strong", "Fixed", "**Fixed**"),
        ("code", "done", "`done`"),
    ]


def test_a_mark_knows_its_target_and_a_break_in_html_is_a_line() -> None:
    (leaf,) = leaves("see [the **log**](https://a.b/c)<br>then\n")
    assert leaf.text == "see the log\nthen"
    assert [(kind, leaf.text[a:b], payload) for kind, a, b, _, _, payload in leaf.marks] == [
        ("strong", "log", ""),
        ("link", "the log", "https://a.b/c"),
        ("html", "", "<br>"),
    ]


@pytest.mark.parametrize("behind", ["  - b\n", "***\n", "  ```\n  x\n  ```\n", "- b\n", ""])
def test_the_paragraph_of_a_tight_item_ends_with_its_last_piece(behind: str) -> None:
    text = "- one **two**\n" + behind
    first = leaves(text)[0]
    assert (first.kind, first.text) == ("para", "one two")
    assert text[first.start : first.end] == "one **two"


def test_a_box_belongs_to_its_item_in_a_tight_list_as_in_a_loose_one() -> None:
    for text in ("- [x] a\n- b\n", "- [x] a\n\n- b\n"):
        ticked, plain = parse(text, 0).children[0].children
        assert ticked.info == (2, 5, True)
        assert plain.info is None


def test_what_is_nested_deeper_than_the_limit_is_text_of_the_block_around_it() -> None:
    root = parse(">" * (2 * DEPTH_LIMIT) + "x\n\ny\n", 0)
    depth, block = 0, root
    while block.children[0].kind == "quote":
        depth, block = depth + 1, block.children[0]
    assert depth == DEPTH_LIMIT
    assert [leaf.text for leaf in root.leaves()] == ["x", "y"]
    assert [child.kind for child in root.children] == ["quote", "para"]


def test_a_part_of_a_block_has_the_bytes_of_its_characters() -> None:
    (leaf,) = leaves("first `é` line\nand **second**\n")
    part = part_of(leaf, leaf.text.index("and"), len(leaf.text))
    assert part.text == "and second"
    assert (part.byte(0), part.byte_end(3)) == (leaf.byte(13), leaf.byte_end(16))
    assert [(kind, part.text[a:b]) for kind, a, b, *_ in part.marks] == [("strong", "second")]


def test_reading_leaves_nothing_to_the_collector() -> None:
    text = b"# T\n\n> - a\n>   - b\n\n## Timeline\n\n- 10:00 x\n- 10:05 y\n\n| Action | Owner |\n|-|-|\n| a b | c |\n"
    read(text)
    gc.collect()
    gc.disable()
    try:
        read(text)
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_released_tree_has_no_children() -> None:
    root = parse("> - a\n>   - b\n", 0)
    blocks = list(tree(root))
    release(root)
    assert not any(block.children for block in blocks)
