"""Words as they are compared and searched: without case, diacritics and punctuation."""

import re
import unicodedata
from functools import lru_cache

LONGEST_WORD = 64  # what is longer is no word that anybody types (encoded data), and is cut alike when read and asked for
FEW = 50  # different characters beyond ASCII, up to which replacing each is quicker than looking every character up
# Scripts that are written without spaces: kana and Han. Each character is a word.
_ALONE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")  # escaped: editors normalise U+F900
_MARKS = re.compile(r"[\u0300-\u036f]+")
# For UTF-8: ASCII's capitals become small, what is neither letter nor digit a space; bytes of other characters stay.
_ASCII = bytes(ord(chr(code).lower()) if code >= 128 or chr(code).isalnum() else 32 for code in range(128))
_ASCII += bytes(range(128, 256))


def words(text: str) -> list[str]:
    """The words of `text`, folded, in order: "Déjà-vu, A47!" gives deja, vu, a47."""
    return [word[:LONGEST_WORD] for word in _words(text)]


def distinct_words(text: str) -> set[str]:
    """The words of `text`, folded, each once."""
    return set(spaced_words(text).split())


def spaced_words(text: str) -> str:
    """The words of `text`, folded, each once, in no order, with spaces between them.

    As bytes for as long as it goes, and what is not ASCII only where it stands: an import indexes megabytes.
    """
    found = set(_ascii_folded(text).split())
    if not text.isascii():
        others = [word for word in found if not word.isascii()]
        found.difference_update(others)
        found.update(word.encode() for word in _words(b" ".join(others).decode()))
    spaced = b" ".join(found).decode()
    if max(map(len, found), default=0) > LONGEST_WORD:  # in bytes; the cut is in characters
        return " ".join({word[:LONGEST_WORD] for word in spaced.split()})
    return spaced


def folded(text: str) -> str:
    """`text` as its folded words; equal for texts that differ only in case, diacritics, spaces and punctuation."""
    return " ".join(words(text)) or text.strip().casefold()


def _words(text: str) -> list[str]:
    """By replacing and splitting whole texts, which is much quicker than going over their characters."""
    if not text.isascii():
        others = [one for one in set(text) if one > "\x7f"]
        if len(others) > FEW:
            text = text.translate({ord(one): _folded(one) for one in others})
        else:
            for one in others:
                text = text.replace(one, _folded(one))
    return _ascii_folded(text).decode().split()


def _ascii_folded(text: str) -> bytes:
    return text.encode("utf-8", "replace").translate(_ASCII)


@lru_cache(maxsize=4096)
def _folded(one: str) -> str:
    """What one character beyond ASCII is in a word: é is e, ß is ss, a dash is a space."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", one)).casefold()
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", plain))  # folding the case may bring marks of its own
    return "".join(_part(part) for part in plain)


def _part(character: str) -> str:
    if _ALONE.match(character):
        return f" {character} "
    return character if character.isalnum() else " "
