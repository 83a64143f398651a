"""Words as they are compared and searched: without case, diacritics and punctuation."""

import re
import unicodedata

LONGEST_WORD = 64  # what is longer is no word that anybody types (encoded data), and is cut alike when read and asked for
# A run of letters and digits is a word; scripts written without spaces give a word per character.
_WORD = re.compile(r"[぀-ヿ㐀-鿿豈-﫿]|[^\W_぀-ヿ㐀-鿿豈-﫿]+")
_MARKS = re.compile(r"[̀-ͯ]+")
_ASCII = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalnum()})


def words(text: str) -> list[str]:
    """The words of `text`, folded, in order: "Déjà-vu, A47!" gives deja, vu, a47."""
    found = text.lower().translate(_ASCII).split() if text.isascii() else _WORD.findall(_plain(text))
    if max(map(len, found), default=0) > LONGEST_WORD:
        return [word[:LONGEST_WORD] for word in found]
    return found


def _plain(text: str) -> str:
    """Without case and diacritics. Folding the case may bring marks of its own, so they go before and after it."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold()
    return plain if unicodedata.is_normalized("NFKD", plain) else _MARKS.sub("", unicodedata.normalize("NFKD", plain))


def folded(text: str) -> str:
    """`text` as its folded words; equal for texts that differ only in case, diacritics, spaces and punctuation."""
    return " ".join(words(text)) or text.strip().casefold()
