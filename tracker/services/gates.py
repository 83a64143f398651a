"""The gate, whole: asked, decided, looked up, simulated, handed in. Each half is a file of its own."""

from tracker.services.gate_files import HandedIn, hand_in, simulate
from tracker.services.gate_requests import GateRequest, Prepared, prepare
from tracker.services.gate_runs import GateOpened, evaluate, find, known_run, open, store, token_may
from tracker.services.gate_verdicts import decide, decision_of, place_of, results_of

__all__ = [
    "GateOpened",
    "GateRequest",
    "HandedIn",
    "Prepared",
    "decide",
    "decision_of",
    "evaluate",
    "find",
    "hand_in",
    "known_run",
    "open",
    "place_of",
    "prepare",
    "results_of",
    "simulate",
    "store",
    "token_may",
]
