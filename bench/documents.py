"""The documents that are measured: the real ones beside the checkout where they are, else the examples, many times over."""

from pathlib import Path

from tracker.domain.errors import Unreadable
from tracker.postmortem.source import open_source

ROOT = Path(__file__).resolve().parent.parent
REAL = ROOT.parent / "shared" / "corpus"
COPIES = 60


def documents() -> tuple[str, list[tuple[str, bytes]]]:
    """Which ones they are, and each one's name and bytes; only what is text."""
    if REAL.is_dir():
        paths = [path for path in sorted(REAL.rglob("*")) if path.is_file()]
        return "the real documents", [(str(path.relative_to(REAL)), path.read_bytes()) for path in paths if _is_text(path)]
    examples = [(path.name, path.read_bytes()) for path in sorted((ROOT / "incidents").glob("*.md"))]
    copies = [
        (f"{n:02d}-{name}", data.replace(b"\n# ", b"\n# No. %d " % n, 1)) for n in range(COPIES) for name, data in examples
    ]
    return f"{COPIES} copies of incidents/", copies


def _is_text(path: Path) -> bool:
    try:
        open_source(path.read_bytes())
    except Unreadable:
        return False
    return True
