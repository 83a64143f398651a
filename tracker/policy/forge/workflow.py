"""The few lines of CI that make a context, for a team that has none yet: to be copied, with the address filled in."""

import json
import re


def lines(forge: str, branch: str, context: str) -> str:
    """A workflow whose job is `context`: red while the staging hub does not answer. It has no condition under which it is
    skipped, since a skipped required job counts as success on GitHub."""
    name, target = json.dumps(context), json.dumps(branch)
    ask = (
        "curl --fail --silent --show-error --retry 3 --retry-all-errors --max-time 20 https://STAGING.EXAMPLE.ORG/hub/health"
    )
    if forge == "gitlab":
        rule = _single(f'$CI_MERGE_REQUEST_TARGET_BRANCH_NAME == "{branch}"')
        return f"{name}:\n  rules: [{{if: {rule}}}]\n  script:\n    - {ask}\n"
    job = re.sub(r"[^A-Za-z0-9_-]+", "-", context).strip("-") or "check"
    job = job if job[0].isalpha() or job[0] == "_" else f"check-{job}"
    return (
        f"on: {{pull_request: {{branches: [{target}]}}, merge_group: {{branches: [{target}]}}}}\n"
        f"jobs:\n  {job}:\n    name: {name}\n    runs-on: ubuntu-latest\n    steps:\n      - run: {ask}\n"
    )


def _single(text: str) -> str:
    """YAML's single-quoted string, which is easier to read where the text has double quotes."""
    return "'" + text.replace("'", "''") + "'"
