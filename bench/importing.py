"""The whole import into an SQLite file (read, match, store, index), beside markdown-it-py merely parsing the documents."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench.documents import documents
from bench.measuring import medians, say
from bench.reading import parsing
from tracker.services.found import Found, SourceRef
from tracker.services.imports import plan_or_import
from tracker.services.people import first_admin
from tracker.store.engine import make_engine, sessions
from tracker.store.migrate import upgrade

TARGET = 1.0
AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def run(*, full: bool) -> bool:
    which, found = documents()
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.db"
        upgrade(f"sqlite:///{empty}")
        files = [Found(name, data, SourceRef("folder", "/bench", Path(folder))) for name, data in found]
        numbers = iter(range(1_000))

        def whole() -> None:
            fresh = Path(folder) / f"{next(numbers)}.db"
            fresh.write_bytes(empty.read_bytes())
            import_all(f"sqlite:///{fresh}", files)

        times = medians({"import": whole, "parse": parsing(found)}, rounds=7 if full else 3)
    detail = f"{times['import']:.2f} s beside {times['parse']:.2f} s, {which}: {len(found)}"
    return say("the whole import / markdown-it-py parsing", times["import"] / times["parse"], TARGET, detail=detail)


def import_all(url: str, files: list[Found]) -> None:
    engine = make_engine(url)
    with sessions(engine).writing() as session:
        plan_or_import(session, files, by=first_admin(session, at=AT), at=AT)
        session.commit()
    engine.dispose()
