"""HTTP in, one service call, HTML (or JSON, CSV, Markdown) out. Each module here with a blueprint `bp` is registered."""

import pkgutil
from importlib import import_module

from flask import Blueprint, Flask


def init_app(app: Flask) -> None:
    for module in sorted(one.name for one in pkgutil.iter_modules(__path__)):
        bp = getattr(import_module(f"{__name__}.{module}"), "bp", None)
        if isinstance(bp, Blueprint):
            app.register_blueprint(bp)
