"""File names: which may be documents, which are passed over, and when two are the same."""

import unicodedata
from pathlib import PurePosixPath

MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkd", ".qmd", ".rmd", ".mdx"})
PLAIN = frozenset({".txt", ".text", ".rst"})  # taken only where they read as a postmortem, `--all` or not
# Folders of tools: what lies there is not the team's writing.
PASSED_OVER = frozenset({"node_modules", "__pycache__", "site-packages", "bower_components", "__macosx"})


def is_markdown(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in MARKDOWN


def is_document(name: str) -> bool:
    """Whether a file of this name may be a postmortem. Teams leave the ending off, too: `2022-10-31 Phone incident`."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix in MARKDOWN or suffix in PLAIN or suffix == "" or " " in suffix


def is_hidden(name: str) -> bool:
    """Hidden, or inside a folder that is hidden or a tool's."""
    return any(part.startswith(".") or part.lower() in PASSED_OVER for part in PurePosixPath(name).parts)


def folded(name: str) -> str:
    """Equal for two names that a Mac or a Windows machine cannot keep apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def is_utf8(name: str) -> bool:
    """Whether a name from the file system can be kept and shown at all."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
