"""What is missing skips a test on somebody's machine, and fails it in CI, which has everything."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SKIPS = {
    "test_inside.py": "import pytest\ndef test_one():\n    pytest.skip('no browser')\n",
    "test_import.py": "import pytest\npytest.skip('no browser', allow_module_level=True)\n",
    "test_fixture.py": "import pytest\n@pytest.fixture\ndef x():\n    pytest.skip('no browser')\ndef test_one(x): pass\n",
}


def test_a_skip_is_a_failure_in_ci_only(tmp_path: Path) -> None:
    for name, program in SKIPS.items():
        (tmp_path / name).write_text(program)
    options = ["-q", "--continue-on-collection-errors", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    environ = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("PYTEST")}

    def run(**more: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "pytest", *options, str(tmp_path)]
        return subprocess.run(command, cwd=ROOT, env=environ | more, capture_output=True, text=True, check=False)

    here, in_ci = run(), run(CI="true")
    assert here.returncode == 0 and "3 skipped" in here.stdout, here.stdout
    assert in_ci.returncode == 1 and "1 failed, 2 errors" in in_ci.stdout, in_ci.stdout
    assert in_ci.stdout.count(" - skipped, which CI does not allow: ") == len(SKIPS)
