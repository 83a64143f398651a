"""The API for programs: JSON in, JSON out, a bearer token each time, errors as problem+json (POLICY §2.11)."""

from flask import Blueprint

from tracker.web.api import checks, deployments, forge_proofs, gates, items, policies, said

bp = Blueprint("api", __name__, url_prefix="/api/v1")
for part in (checks, deployments, forge_proofs, gates, items, policies, said):
    bp.register_blueprint(part.bp)
