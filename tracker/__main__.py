"""`python -m tracker` in a checkout, as `tracker` when installed."""

from tracker.cli import main

main(prog_name="tracker")
