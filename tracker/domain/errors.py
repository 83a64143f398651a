"""What can go wrong, in words that a reader can act on."""


class TrackerError(Exception):
    """An expected failure. Its text is shown to the person as it is: what happened, and what to do next."""

    status = 400  # the HTTP status a page answers with
    exit_code = 2  # what a command exits with


class NotFound(TrackerError):
    """There is no such thing, or the person may not see it: the two answer alike."""

    status = 404


class SignInNeeded(TrackerError):
    """Nobody is signed in, and this needs somebody."""

    status = 401


class Forbidden(TrackerError):
    """The person may see it, and may not do this."""

    status = 403


class Conflict(TrackerError):
    """The thing has changed meanwhile, or is in that state already."""

    status = 409
    exit_code = 1


class Invalid(TrackerError):
    """A value that cannot be taken; `field` names the form field or option where one is to blame."""

    status = 422

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class TooLarge(TrackerError):
    """Over a limit that a setting names."""

    status = 413


class Unreadable(TrackerError):
    """Bytes that are no document: binary, not UTF-8, empty."""

    status = 422


class Unavailable(TrackerError):
    """The database or the disk cannot do it now; trying again later may work."""

    status = 503
    exit_code = 3
