"""JW323 messages: the state of each declaratie, the verdict on each prestatie, the JW325."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

import httpx

from ijw.berichten import JW323, JW325
from ijw.berichten.jw323 import Prestatie323
from ijw.berichten.jw325 import DeclaratieAntwoord325
from ijw.codec import parse
from services.synthetisch.netwerk import Verbinding
from services.synthetisch.regio import Regio
from services.synthetisch.uitkomst import Uitkomst
from services.synthetisch.verschil import Verschil
from services.synthetisch.verwachting import Stap, VerwachtAntwoord, VerwachtPrestatie

_PAD: Final = "/invoice/v1/declaraties"
_GOED: Final = ("0200",)
_ALLES_TOEGEKEND: Final = ("8001",)

Paar = tuple[str, object, object]
"""What is compared, what it should be, what it is."""


async def vergelijk_declaratie(stap: Stap, kenmerk: str, verbinding: Verbinding) -> list[Verschil]:
    """One declaratie, as its aanbieder sees it."""
    assert isinstance(stap.verwacht, VerwachtAntwoord)
    antwoord = await verbinding.vraag("GET", f"{_PAD}/{kenmerk}", stap.partij)
    if antwoord.status != httpx.codes.OK:
        return [Verschil(stap.sleutel, "opvragen", "200", str(antwoord.status), stap.fout)]
    paren = [*_stand(stap.verwacht, antwoord.json)]
    paren += [paar async for paar in _oordelen(stap, kenmerk, verbinding)]
    paren += await _antwoord(stap, kenmerk, verbinding)
    return [Verschil(stap.sleutel, wat, str(hoort), str(is_), stap.fout) for wat, hoort, is_ in paren if hoort != is_]


def _stand(verwacht: VerwachtAntwoord, gevonden: Mapping[str, Any]) -> Iterator[Paar]:
    def aantal(uitkomst: Uitkomst) -> int:
        return sum(prestatie.uitkomst == uitkomst for prestatie in verwacht.prestaties)

    yield "status", verwacht.status, gevonden["status"]
    yield "totaal ingediend", verwacht.ingediend, gevonden["totaalIngediend"]
    if verwacht.status == "afgekeurd":
        codes = sorted((*verwacht.header_codes, *verwacht.declaratie_codes))
        yield "retourcodes", codes, sorted(gevonden["retourcodes"])
        return
    yield "totaal toegekend", verwacht.toegekend, gevonden["totaalToegekend"]
    yield "aantal prestaties", len(verwacht.prestaties), gevonden["aantalPrestaties"]
    yield "aantal toegekend", aantal("toegekend"), gevonden["aantalToegekend"]
    yield "aantal afgewezen", aantal("afgewezen"), gevonden["aantalAfgewezen"]
    yield "aantal in uitval", aantal("inUitval"), gevonden["aantalInUitval"]


async def _oordelen(stap: Stap, kenmerk: str, verbinding: Verbinding) -> Any:
    """The verdict on every prestatie; what waits is compared with the queue, not here."""
    assert isinstance(stap.verwacht, VerwachtAntwoord)
    if stap.verwacht.status == "afgekeurd":
        return
    bedoeld = {prestatie.volgnummer: prestatie for prestatie in stap.verwacht.prestaties}
    async for item in verbinding.lijst(f"{_PAD}/{kenmerk}/prestaties", stap.partij):
        prestatie = bedoeld.pop(item["volgnummer"], None)
        wat = f"prestatie {item['volgnummer']}"
        if prestatie is None:
            yield wat, "bestaat niet", "bestaat"
            continue
        if prestatie.fout:
            wat = f"{wat} (geplant: {prestatie.fout})"
        yield wat, _oordeel(prestatie), (
            item["referentie"], item["uitkomst"], tuple(sorted(item["retourcodes"])), tuple(item["clientRetourcodes"]),
        )  # fmt: skip
    for volgnummer in bedoeld:
        yield f"prestatie {volgnummer}", "bestaat", "bestaat niet"


def _oordeel(prestatie: VerwachtPrestatie) -> tuple[object, ...]:
    afgewezen = prestatie.uitkomst == "afgewezen"
    codes = prestatie.codes if afgewezen else ()
    return prestatie.referentie, prestatie.uitkomst, codes, prestatie.client_codes if afgewezen else ()


async def _antwoord(stap: Stap, kenmerk: str, verbinding: Verbinding) -> list[Paar]:
    """The JW325: none while something waits, else one with the right codes, lines and totals."""
    verwacht = stap.verwacht
    assert isinstance(verwacht, VerwachtAntwoord)
    antwoord = await verbinding.vraag("GET", f"{_PAD}/{kenmerk}/antwoord", stap.partij)
    hoort = httpx.codes.NOT_FOUND if verwacht.status == "in_uitval" else httpx.codes.OK
    if antwoord.status != hoort or verwacht.status == "in_uitval":
        return [("JW325", int(hoort), antwoord.status)]
    jw325, heen = parse(antwoord.inhoud), parse(stap.inhoud)
    assert isinstance(jw325, JW325)
    assert isinstance(heen, JW323)
    return [(f"JW325: {wat}", hoort, is_) for wat, hoort, is_ in _jw325(verwacht, heen, jw325)]


def _jw325(verwacht: VerwachtAntwoord, heen: JW323, jw325: JW325) -> Iterator[Paar]:
    kop = jw325.header
    yield "declaratie", heen.header.bericht_identificatie, kop.declaratie_identificatie
    yield "richting", (heen.header.ontvanger, heen.header.afzender), (kop.afzender, kop.ontvanger)
    yield "codes op de Header", tuple(sorted(verwacht.header_codes)) or _GOED, tuple(sorted(kop.retour_codes))
    antwoord = jw325.declaratie_antwoord
    yield "DeclaratieAntwoord aanwezig", not verwacht.header_codes, antwoord is not None
    if antwoord is None or verwacht.header_codes:
        return
    afgewezen = [prestatie for prestatie in verwacht.prestaties if prestatie.uitkomst == "afgewezen"]
    codes = tuple(sorted(verwacht.declaratie_codes)) or (_GOED if afgewezen else _ALLES_TOEGEKEND)
    yield "codes op DeclaratieAntwoord", codes, tuple(sorted(antwoord.retour_codes))
    yield "totaal ingediend", verwacht.ingediend, antwoord.totaal_ingediend_bedrag.met_teken
    yield "totaal toegekend", verwacht.toegekend, antwoord.totaal_toegekend_bedrag.met_teken
    yield "teruggestuurde prestaties", _bedoeld_terug(afgewezen, heen), _gevonden_terug(antwoord)


def _bedoeld_terug(afgewezen: list[VerwachtPrestatie], heen: JW323) -> dict[str, object]:
    """By reference: codes, codes of the Client and the line as it was sent."""
    gestuurd = {
        prestatie.product_referentie.referentie_nummer: prestatie
        for client in heen.declaratie.clienten
        for prestatie in client.prestaties
    }
    return {
        prestatie.referentie: (
            prestatie.codes,
            prestatie.client_codes or _GOED,
            _regel(gestuurd[prestatie.referentie]),
        )
        for prestatie in afgewezen
    }


def _gevonden_terug(antwoord: DeclaratieAntwoord325) -> dict[str, object]:
    return {
        prestatie.product_referentie.referentie_nummer: (
            tuple(prestatie.retour_codes),
            tuple(client.retour_codes),
            _regel(prestatie),
        )
        for client in antwoord.clienten
        for prestatie in client.prestaties
    }


def _regel(prestatie: Prestatie323) -> tuple[object, ...]:
    """The values that a returned line repeats (TR366, TR367)."""
    return tuple(getattr(prestatie, veld) for veld in Prestatie323.__struct_fields__)


async def vergelijk_aantallen(
    regio: Regio, verbinding: Verbinding, declaraties: Counter[str], antwoorden: Counter[str]
) -> list[Verschil]:
    """No declaratie too many or too few, and one JW325 in the postbus for each that was answered, by aanbieder."""
    gevonden: Counter[str] = Counter()
    async for item in verbinding.lijst(_PAD, "beheer"):
        gevonden[item["aanbieder"]] += 1
    verschillen = []
    for aanbieder in sorted({*regio.veld.aanbod.aanbieders, *gevonden}):
        in_postbus = 0
        async for item in verbinding.lijst("/invoice/v1/postbus", aanbieder):
            in_postbus += item["berichtsoort"] == "JW325"
        paren = (
            ("aantal declaraties", declaraties[aanbieder], gevonden[aanbieder]),
            ("aantal JW325 in de postbus", antwoorden[aanbieder], in_postbus),
        )
        verschillen += [Verschil(aanbieder, wat, str(a), str(b)) for wat, a, b in paren if a != b]
    return verschillen
