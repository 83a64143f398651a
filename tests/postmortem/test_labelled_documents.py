"""What is understood of real documents, compared with labels made by hand: no figure may fall.

The labels and the script that compares stand beside the checkout, with the documents; nothing of them is copied here.
"""

import json
import subprocess
import sys
from pathlib import Path

MEAN = 0.97
FLOOR = 0.93
ANSWERS = 30  # a figure that rests on fewer is one miss away from the floor


def test_real_documents_are_understood_as_people_read_them(corpus: Path) -> None:
    script = corpus.parent / "bin" / "score-import"
    command = f"{sys.executable} -m tracker read --json"
    run = subprocess.run(
        [sys.executable, str(script), "--json", "--command", command],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert run.returncode == 0, run.stderr
    figures = json.loads(run.stdout)
    answers = figures.pop("n")
    assert figures["all"] >= MEAN, figures
    low = {name: figures[name] for name in figures if answers.get(name, 0) >= ANSWERS and figures[name] < FLOOR}
    assert not low
