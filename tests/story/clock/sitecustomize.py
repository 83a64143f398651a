"""A machine whose clock a test has set: Python reads this file first, whatever program it is to run.

The file that STORY_CLOCK names says the time of its own last change; from there the clock goes on. The gate itself has no
option for that, since it would open every freeze.
"""

import os
import sys
import time
from datetime import datetime
from pathlib import Path

if "STORY_CLOCK" in os.environ:
    sys.modules["pytest"] = None  # type: ignore[assignment]  # its plugin would cost each program a third of a second
    import time_machine

    del sys.modules["pytest"]
    _set = Path(os.environ["STORY_CLOCK"])
    _told = datetime.fromisoformat(_set.read_text(encoding="utf-8")).timestamp()
    time_machine.travel(_told + time.time() - _set.stat().st_mtime, tick=True).start()
