"""What may follow what, in the plainest words: lists of what is in force, for sequences of messages of any kind.

Knows one client at one aanbieder and gemeente. Every method says with which codes a message would be refused (none:
it is accepted, and takes effect). Written from the state tables of the standard and from nothing else.
"""

from typing import NamedTuple

Codes = set[str]


class Stop(NamedTuple):
    """A stop in force: the start it ends, the day, the reason."""

    begin: str
    eind: str
    reden: str


class Regie:
    """Starts and stops on one toewijzing, in the order in which they came into force."""

    def __init__(self) -> None:
        self._verloop: list[str | Stop] = []

    @property
    def _starts(self) -> list[str]:
        return [item for item in self._verloop if isinstance(item, str)]

    def _stops(self, begin: str) -> list[Stop]:
        return [item for item in self._verloop if isinstance(item, Stop) and item.begin == begin]

    def start(self, begin: str) -> Codes:
        """A start is new, and the one before it has stopped (TR074, TR326)."""
        codes = {"9074"} if begin in self._starts else set()
        if self._starts and not self._stops(self._starts[-1]):
            codes.add("9326")
        if not codes:
            self._verloop.append(begin)
        return codes

    def start_verwijderd(self, begin: str) -> Codes:
        """What is taken back was there (TR063) and has no stop (TR071)."""
        if begin not in self._starts:
            return {"9063"}
        if self._stops(begin):
            return {"9071"}
        self._verloop.remove(begin)
        return set()

    def stop(self, stop: Stop) -> Codes:
        """A stop is of the latest start (TR382), new (TR074), and can follow what was there (TR413, TR414, TR415)."""
        codes: Codes = set()
        eerder = self._stops(stop.begin)
        if stop in eerder:
            codes.add("9074")
        if not self._starts or self._starts[-1] != stop.begin:
            codes.add("9069")
        if stop.reden == "20" and any(item.reden == "20" for item in eerder):
            codes.add("9413")
        if any(item.eind > stop.eind for item in eerder):
            codes.add("9414")
        if any(item.reden != "20" for item in eerder):
            codes.add("9415")
        if not codes:
            self._verloop.append(stop)
        return codes

    def stop_verwijderd(self, stop: Stop) -> Codes:
        """What is taken back was there (TR063), and nothing came after it: the last comes first."""
        if not self._verloop or self._verloop[-1] != stop:
            return {"9063"}
        self._verloop.pop()
        return set()


class Verzoeken:
    """References of the aanbieder and what became of each: open, onderzoek, afgewezen or toegekend."""

    def __init__(self) -> None:
        self.stand: dict[str, str] = {}
        self._beantwoord: Codes = set()

    @property
    def _open(self) -> bool:
        return bool({"open", "onderzoek"} & set(self.stand.values()))

    def vraag(self, referentie: str) -> Codes:
        """One verzoek at a time (TR374, before anything below the Header), under a new reference (TR347)."""
        if self._open:
            return {"9374"}
        if referentie in self.stand:
            return {"9347"}
        self.stand[referentie] = "open"
        return set()

    def antwoord(self, referentie: str, antwoord: str) -> Codes:
        """Of a known reference (TR355), not granted (TR359), rejected once (TR365), onderzoek once (TR360)."""
        stand = self.stand.get(referentie, "")
        codes: Codes = set()
        if not stand:
            codes.add("9355")
        if stand == "toegekend":
            codes.add("9359")
        if stand == "afgewezen":
            codes.add("9365")
        if antwoord == "2" and referentie in self._beantwoord:
            codes.add("9360")
        if not codes:
            self._beantwoord.add(referentie)
            self.stand[referentie] = "afgewezen" if antwoord == "1" else "onderzoek"
        return codes

    def toewijzing(self, referentie: str) -> Codes:
        """A JW301 names a reference only to grant what is pending (TR379)."""
        if self.stand.get(referentie) not in {"open", "onderzoek"}:
            return {"9379"}
        self.stand[referentie] = "toegekend"
        return set()
