"""Lines for PostgreSQL's text COPY, made in the worker: the main process only passes the bytes on."""

import re
from datetime import date
from typing import Final

from ijw.berichten.jw323 import Prestatie323
from services.invoice.events import Kop
from services.platform.berichten.store import DOMEIN

KOLOMMEN: Final = (
    "declaratie_id", "volgnummer", "clientnummer", "domein", "aanbieder", "referentie", "vorige_referentie",
    "toewijzing_nummer", "product_categorie", "product_code", "begindatum", "einddatum", "volume", "eenheid",
    "tarief", "bedrag", "referentie_dubbel",
)  # fmt: skip

_GEEN: Final = "\\N"
_EINDE: Final = b"\tf"
_EINDE_DUBBEL: Final = b"\tt"
_BIJZONDER: Final = re.compile(r"[\\\t\n\r]")
_ESCAPE: Final = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


class Regels:
    """Writes the rows of ``prestaties`` of one declaratie."""

    def __init__(self, kop: Kop) -> None:
        self._declaratie = f"{kop.declaratie_id}\t"
        self._aanbieder = f"\t{DOMEIN}\t{kop.aanbieder}\t"
        # A declaratie has few days in it, and each is written for thousands of prestaties.
        self._dagen: dict[date, str] = {}

    def prestatie(self, clientnummer: int, volgnummer: int, p: Prestatie323, *, dubbel: bool) -> str:
        """One row of ``prestaties``; ``referentie_dubbel`` comes last, so that it can be set afterwards."""
        referentie, periode, tarief = p.product_referentie, p.product_periode, p.product_tarief
        vorige = referentie.vorig_referentie_nummer
        return (
            f"{self._declaratie}{volgnummer}\t{clientnummer}{self._aanbieder}"
            f"{_tekst(referentie.referentie_nummer)}\t{_GEEN if vorige is None else _tekst(vorige)}\t"
            f"{p.toewijzing_nummer}\t{p.product_categorie}\t{_tekst(p.product_code)}\t"
            f"{self._dag(periode.begindatum)}\t{self._dag(periode.einddatum)}\t"
            f"{p.geleverd_volume}\t{p.eenheid}\t{_GEEN if tarief is None else tarief}\t"
            f"{p.ingediend_bedrag.met_teken}\t{'t' if dubbel else 'f'}\n"
        )

    def _dag(self, dag: date) -> str:
        tekst = self._dagen.get(dag)
        if tekst is None:
            tekst = self._dagen[dag] = dag.isoformat()
        return tekst


def markeer_dubbel(prestaties: bytes, volgnummers: frozenset[int]) -> bytes:
    """The same rows with ``referentie_dubbel`` set for these prestaties; row n is volgnummer n."""
    regels = prestaties.split(b"\n")
    for volgnummer in volgnummers:
        regel = regels[volgnummer - 1]
        regels[volgnummer - 1] = regel.removesuffix(_EINDE) + _EINDE_DUBBEL if regel.endswith(_EINDE) else regel
    return b"\n".join(regels)


def _tekst(waarde: str) -> str:
    if waarde.isprintable() and "\\" not in waarde:
        return waarde
    return _BIJZONDER.sub(lambda treffer: _ESCAPE[treffer[0]], waarde)
