"""What forms share. A form tidies and explains; the rules themselves are the domain's and the database's."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, flash, redirect, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect

from tracker.domain.errors import Forbidden

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a form is good as long as the browser keeps its cookie
    app.before_request(refuse_foreign_origin)
    csrf.init_app(app)
    app.jinja_env.globals["dom_id"] = lambda: f"f{secrets.token_hex(4)}"


def refuse_foreign_origin() -> None:
    """A browser names the site a form stands on; another one than ours may not change anything, token or not."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    origin = request.headers.get("Origin")
    if origin and origin != "null" and urlsplit(origin).netloc != request.host:
        raise Forbidden("This form stands on another site. Use the one here.")


def squish(text: str | None) -> str | None:
    """One line, single spaces; None stays None."""
    return " ".join(text.split()) if text else text


class BaseForm(FlaskForm):  # type: ignore[misc]
    """A form with its token; `errors_of` gives all messages in one line."""

    def all_errors(self) -> str:
        return " ".join(str(message) for messages in self.errors.values() for message in messages)


def say(text: str, *, undo: str | None = None) -> None:
    """Tell the person on their next page what was done; with a batch id an Undo button stands beside it."""
    flash({"text": text, "undo": undo}, "done")  # type: ignore[arg-type]


def back(default: str, **fields: Any) -> Response:
    """Redirect to where the form says it came from (`next`, a path of this site only), else to `default`."""
    return redirect(next_path() or default, 303)  # type: ignore[return-value]


def next_path() -> str | None:
    """The form's or address's `next` where it is a path on this site; anything else is ignored."""
    wanted = request.form.get("next") or request.args.get("next") or ""
    parts = urlsplit(wanted)
    if not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or parts.netloc or parts.scheme:
        return None
    return wanted if wanted.isprintable() else None
