"""What every answer says to the browser about itself."""

from flask import Flask, Response, request

from tracker.web.scope import settings

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
EVERYWHERE = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def init_app(app: Flask) -> None:
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    for name, value in EVERYWHERE.items():
        response.headers[name] = value
    if request.endpoint == "static" and response.status_code in (200, 304):
        # With a hash of its content in the address a new version has a new address; modules import each other without one.
        forever = "v" in request.args
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if forever else "no-cache"
    else:
        response.headers["Cache-Control"] = "no-store"
    if settings().https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response
