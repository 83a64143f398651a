"""Print how fast it reads, imports, renders and answers, as ratios measured in this run; exit 1 where a target is missed.

python -m bench            everything, in about a minute
python -m bench reading    one part: reading, importing, rendering, growth, pages, starting
python -m bench growth --full   with texts of 1 MB
"""

import sys

from bench import growth, importing, pages, reading, rendering, starting

PARTS = {
    "reading": reading,
    "importing": importing,
    "rendering": rendering,
    "growth": growth,
    "pages": pages,
    "starting": starting,
}


def main(arguments: list[str]) -> int:
    full = "--full" in arguments
    wanted = [name for name in arguments if name in PARTS] or list(PARTS)
    fine = [PARTS[name].run(full=full) for name in wanted]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
