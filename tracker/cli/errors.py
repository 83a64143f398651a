"""What went wrong, as one sentence and an exit code. A stack trace helps nobody at a terminal."""

import errno

from tracker.domain.errors import TrackerError

COULD_NOT_FIND_OUT = 3
DISK_FULL = "The disk is full: nothing was changed. Free some space and try again."
# what a driver says, by a piece of it → what to do; the first that fits wins
DATABASE_SAYS: tuple[tuple[str, str], ...] = (
    ("database is locked", "The database is busy: something else is writing to it. Try again in a moment."),
    ("disk is full", DISK_FULL),
    ("no space left", DISK_FULL),
    ("unable to open database file", "The database cannot be opened: check TRACKER_DATA_DIR and TRACKER_DATABASE_URL."),
    ("readonly database", "The database may not be written to: check who owns the file and its folder."),
    ("file is not a database", "That file is no SQLite database: check TRACKER_DATABASE_URL and TRACKER_DATA_DIR."),
    ("database disk image is malformed", "The database file is damaged: put back a backup of it."),
    ("password authentication failed", "The database refuses the name or password in TRACKER_DATABASE_URL."),
    ("does not exist", "The database that TRACKER_DATABASE_URL names does not exist: make it first."),
    ("connection refused", "The database does not answer at the address in TRACKER_DATABASE_URL."),
    ("could not translate host name", "The host in TRACKER_DATABASE_URL is not known."),
    ("failed to resolve host", "The host in TRACKER_DATABASE_URL is not known."),
)


def explained(error: Exception) -> tuple[str, int]:
    """A sentence a person can act on, and the exit code that goes with it."""
    if isinstance(error, TrackerError):
        return str(error), error.exit_code
    kind = type(error)
    if kind.__module__.startswith(("sqlalchemy", "sqlite3", "psycopg")):
        return _of_database(error)
    if kind.__module__.startswith("alembic"):
        return (
            "The database has a schema that this version does not know: use the version that made it.",
            COULD_NOT_FIND_OUT,
        )
    if isinstance(error, ModuleNotFoundError) and not (error.name or "").startswith("tracker"):
        if (error.name or "").startswith("psycopg"):
            return "PostgreSQL needs a driver: pip install 'postmortem-tracker[postgresql]'.", 2
        return (
            f"TRACKER_DATABASE_URL needs a driver that is not here ({error.name}); SQLite and PostgreSQL are supported.",
            2,
        )
    if isinstance(error, OSError):
        return _of_system(error)
    # Not expected: a fault of ours. Said as such, with the way to see more.
    return f"This is a fault of the tracker itself ({kind.__name__}: {error}). `tracker --trace …` shows where.", 3


def _of_database(error: Exception) -> tuple[str, int]:
    name, words = type(error).__name__, " ".join(str(getattr(error, "orig", None) or error).split())
    if name in ("ArgumentError", "NoSuchModuleError"):
        return "TRACKER_DATABASE_URL is no database address: use sqlite:///… or postgresql+psycopg://….", 2
    for piece, text in DATABASE_SAYS:
        if piece in words.lower():
            return text, COULD_NOT_FIND_OUT
    # Only the driver's own words: SQLAlchemy's carry the statement and its values.
    return f"The database could not do it: {words}.", COULD_NOT_FIND_OUT


def _of_system(error: OSError) -> tuple[str, int]:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DISK_FULL, COULD_NOT_FIND_OUT
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{(error.strerror or str(error)).lower()}.", COULD_NOT_FIND_OUT
