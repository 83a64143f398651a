"""Ids in addresses and forms: what no column can hold is no id, rather than an error of the database."""

LARGEST = 2**31 - 1
ID = f"int(max={LARGEST})"  # for a route: f"/people/<{ID}:person_id>"


def as_id(raw: str | None) -> int | None:
    """The id that somebody sent; None where it is none."""
    if raw and raw.isascii() and raw.isdecimal() and len(raw) <= 10 and int(raw) <= LARGEST:
        return int(raw)
    return None
