"""Who may ask for what. A view declares the right that it demands, and a view that declares none does not start.

@bp.get("/items/<key>")
@reader_required
def show(key: str) -> …
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request, session

from tracker.config import Settings
from tracker.domain.claims import Role
from tracker.domain.errors import Forbidden, SignInNeeded

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
TOKEN = "token"  # a bearer token, which the API's own decorator looks at; a sign-in does not help there


def public(view: View) -> View:
    """Anybody may ask, signed in or not: signing in, help. What it shows still goes through `visible_to`."""
    return _declare(view, PUBLIC)


def reader_required(view: View) -> View:
    """Somebody has to be signed in; with TRACKER_PUBLIC_READ nobody has to, and `g.person` may be None.

    What is shown goes through `visible_to(g.person)`, which gives nobody only what is public.
    """
    return _declare(view, Role.READER.value)


def editor_required(view: View) -> View:
    """An editor or an admin: whoever changes documents and items."""
    return _declare(view, Role.EDITOR.value)


def admin_required(view: View) -> View:
    """An admin: people, sources, settings."""
    return _declare(view, Role.ADMIN.value)


def token_demanded(view: View) -> View:
    """A program with a token: only tracker.web.api.asked uses this, which looks at the token."""
    return _declare(view, TOKEN)


def _declare(view: View, right: str) -> View:
    view.right = right  # type: ignore[attr-defined]
    return view


def right_of(app: Flask, endpoint: str) -> str | None:
    """The right that a route demands: "public", "token", "reader", "editor", "admin"; None where it declares none."""
    return PUBLIC if endpoint == "static" else getattr(app.view_functions[endpoint], "right", None)


def may(role: Role) -> bool:
    """Whether the person of this request has `role`; templates ask it to leave out what cannot be done."""
    return g.asker is not None and bool(g.asker.role.includes(role))


def init_app(app: Flask) -> None:
    app.before_request(check)
    app.jinja_env.globals["may_edit"] = lambda: may(Role.EDITOR)
    app.jinja_env.globals["is_admin"] = lambda: may(Role.ADMIN)


def check() -> None:
    """Refuse what the person may not do, before anything of the view runs."""
    if request.endpoint is None:
        return
    right = right_of(current_app, request.endpoint)
    if right in (PUBLIC, TOKEN):
        return
    settings: Settings = current_app.extensions["settings"]
    if g.asker is None:
        if right == Role.READER.value and settings.public_read:
            return
        raise SignInNeeded("Sign in to see this.")
    if right is None or not may(Role(right)):
        raise Forbidden(f"Your role is {g.asker.role.value}; this needs {right or 'another'}. An admin can change it.")


def check_every_route(app: Flask) -> None:
    """Refuse to start with a route that does not say who may use it."""
    if missing := [rule.endpoint for rule in app.url_map.iter_rules() if right_of(app, rule.endpoint) is None]:
        raise RuntimeError(f"no right declared (see tracker/web/access.py): {', '.join(sorted(missing))}")


def cookie_name(name: str, settings: Settings) -> str:
    """Over https the prefix binds the cookie to this host and path; over http browsers refuse the prefix."""
    return f"__Host-{name}" if settings.https else name


def sign_in_token() -> str | None:
    """The session token that the browser sent, if any."""
    return request.cookies.get(cookie_name("sign-in", current_app.extensions["settings"]))


def set_sign_in(response: Response, token: str) -> None:
    """Sign the browser in. What was kept for it before (forms, messages) is dropped, so that nothing is carried over."""
    settings: Settings = current_app.extensions["settings"]
    session.clear()
    response.set_cookie(
        cookie_name("sign-in", settings),
        token,
        max_age=settings.session_days * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.https,
    )


def drop_sign_in(response: Response) -> None:
    """Forget the sign-in in this browser; the service ends it in the database."""
    settings: Settings = current_app.extensions["settings"]
    session.clear()
    response.delete_cookie(cookie_name("sign-in", settings), httponly=True, samesite="Lax", secure=settings.https)
