"""What every route of the API shares: the token, the body, the sessions.

@bp.post("/gates")
@token_required
def open_gate() -> …                 g.token is whose token it is; g.at is now
    with reading() as session: …     what is asked of the network is asked between the two
    with writing() as session: …     commits at its end, unless something is raised
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from flask import current_app, g, request
from sqlalchemy.orm import Session

from tracker.domain.errors import Invalid
from tracker.policy.wire import from_json
from tracker.services import tokens
from tracker.store.models import Token
from tracker.web.access import token_demanded
from tracker.web.forms import csrf
from tracker.web.scope import opens_its_own, settings

View = TypeVar("View", bound=Callable[..., Any])
T = TypeVar("T")
LARGEST_BODY = 8 * 1024 * 1024  # a change of 100,000 paths, or a policy with its texts


def token_required(view: Callable[..., Any]) -> Callable[..., Any]:
    """The route demands a living token, in `Authorization: Bearer …`; what it may do there the view asks.

    There is no cookie in it, so no other site can make a browser send it, and no form's token is asked for.
    """

    @wraps(view)
    def with_token(**arguments: Any) -> Any:
        request.max_content_length = LARGEST_BODY
        with reading() as session:
            g.token = tokens.of(session, bearer(), g.at)
        return view(**arguments)

    csrf.exempt(with_token)
    return token_demanded(opens_its_own(with_token))


def bearer() -> str | None:
    """The token that was sent."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else None


@contextmanager
def reading() -> Generator[Session]:
    with current_app.extensions["sessions"].reading() as session:
        yield session


@contextmanager
def writing() -> Generator[Session]:
    """A session that commits at the end of the block; the body of the request is there before it begins."""
    with current_app.extensions["sessions"].writing() as session:
        token: Token | None = g.get("token")
        if token is not None:
            tokens.used(session, token, g.at)
        yield session
        session.commit()


def body() -> dict[str, Any]:
    """The JSON object that was sent. Raises `Invalid`."""
    sent = request.get_json(force=True, silent=True)
    if not isinstance(sent, dict):
        raise Invalid("The body has to be a JSON object.")
    return sent


def body_as(kind: type[T], where: str = "body", **more: Any) -> T:
    """The body as a value; `more` are fields that come from elsewhere."""
    return from_json(kind, {**body(), **more}, where)


def idempotency_key() -> str | None:
    """What the sender calls this request, so that sending it twice is once."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > 200 or not key.isprintable():
        raise Invalid("An Idempotency-Key has at most 200 printable characters.")
    return key or None


def address_of_run(public_id: str) -> str:
    """Where people look at a gate run."""
    base = settings().url or request.url_root
    return f"{base.rstrip('/')}/gates/{public_id}"
