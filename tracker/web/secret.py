"""The key that signs forms and cookies."""

import contextlib
import os
import secrets

from tracker.config import Settings
from tracker.domain.errors import Unavailable


def secret_key(settings: Settings) -> str:
    """The setting, or the key in the data folder; one is made there where there is none.

    Several processes may start at once: the first one to create the file wins, the others read it.
    """
    if settings.secret_key:
        return settings.secret_key
    path = settings.data_dir.expanduser() / "secret_key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f"secret_key.{os.getpid()}.{secrets.token_hex(4)}")
        if not path.exists():
            made.touch(mode=0o600)
            made.write_text(secrets.token_hex(32))
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(made)  # whole or not at all: nobody reads half a key
            made.unlink()
        return path.read_text()
    except OSError as error:
        raise Unavailable(
            f"The secret key cannot be kept in {path.parent} ({error.strerror}). "
            "Set TRACKER_DATA_DIR to a folder that can be written, or TRACKER_SECRET_KEY."
        ) from error
