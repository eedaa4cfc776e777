"""Small readings of messages for the terminal."""

import re

from ijw.retourcodeteksten import in_woorden

_PARTY = r"<(?:\w+:)?%s>\s*([0-9]{4,8})\s*</"


def code_in_words(code: str) -> str:
    """A retourcode in a short sentence."""
    return in_woorden(code)


def header_parties(data: bytes) -> tuple[str | None, str | None]:
    """Afzender and Ontvanger as the bytes claim them, even when the rest is broken.

    Only for choosing which of this machine's own tokens to use; the service reads the message itself.
    """
    head = data[:20_000].decode("utf-8", errors="replace")
    found = [re.search(_PARTY % name, head) for name in ("Afzender", "Ontvanger")]
    return found[0] and found[0][1], found[1] and found[1][1]
