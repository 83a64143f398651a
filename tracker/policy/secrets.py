"""Secrets that stand in a policy as they are: by the name of what holds them, or by what they look like."""

import re

from tracker.policy.problems import Path

# what begins, or looks, like nothing else; the words say whose it is
LOOKS = (
    (re.compile(r"\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}"), "a GitHub token"),
    (re.compile(r"\bgl(?:pat|cbt|dt|rt)-[A-Za-z0-9_-]{16,}"), "a GitLab token"),
    (re.compile(r"\btrk_(?:ci|me|bg)_[A-Za-z0-9_-]{8,}"), "a token of this tracker"),
    (re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10,}"), "a Slack token"),
    (re.compile(r"\bA[KS]IA[A-Z0-9]{16}\b"), "an AWS key"),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}"), "a web token"),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"), "a private key"),
    (re.compile(r"\b(?:bearer|basic|token)\s+(?=[^\s\d]*\d)[A-Za-z0-9+/=._-]{12,}", re.IGNORECASE), "a sign-in"),
    (re.compile(r"://[^/\s:@]+:(?!\$)[^/\s@]+@"), "a password in an address"),
    (
        re.compile(r"(?:token|password|passwd|secret|api[_-]?key|access[_-]?key)=(?!\$)[^&\s]{6,}", re.IGNORECASE),
        "a secret",
    ),
)
NAMES = re.compile(r"(?:^|[-_])(?:authorization|token|password|passwd|secret|api[-_]?key|cookie|private[-_]?key)$", re.I)
VARIABLE = re.compile(r"\$\{(?:env|secret):[A-Za-z_][A-Za-z0-9_]*\}")


def secret_in(path: Path, text: str) -> str | None:
    """What kind of secret a text is or holds, or None. Variables (`${env:NAME}`) are none."""
    for look, what in LOOKS:
        if look.search(text):
            return what
    in_headers = len(path) > 1 and path[-2] == "headers"
    if in_headers and NAMES.search(str(path[-1])) and not VARIABLE.search(text) and text:
        return "a secret"
    return None
