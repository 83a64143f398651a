"""The one page where the parts of the web application meet."""

import gc

from flask import Flask

from tracker import web
from tracker.config import Settings
from tracker.resources import resource
from tracker.web import access, errors, forms, headers, looks, scope, secret


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application; tests pass `settings`, otherwise the environment is read."""
    settings = settings or Settings.from_env()
    app = Flask("tracker", template_folder=str(resource("templates")))
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=secret.secret_key(settings),
        SESSION_COOKIE_NAME=access.cookie_name("forms", settings),
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=4 * settings.max_document_bytes,
        MAX_FORM_PARTS=settings.max_upload_files + 100,
    )
    for part in (scope, access, forms, headers, errors, looks, web):
        part.init_app(app)
    access.check_every_route(app)
    keep_out_of_collections()
    return app


def keep_out_of_collections() -> None:
    """What is built now lives as long as the process, so that collections need not look at it again (DESIGN §6).

    Once a process: a second application (say, a test's) is let go like anything else.
    """
    if gc.get_freeze_count() == 0:
        gc.collect()
        gc.freeze()
