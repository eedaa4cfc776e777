"""JW301 messages: exactly one JW302 each with the right codes, delivered when accepted, registered once."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ijw.berichten import JW301, JW302
from ijw.berichten.jw302 import Client302
from ijw.codec import parse
from services.synthetisch.netwerk import Verbinding
from services.synthetisch.regio import Regio
from services.synthetisch.verschil import Verschil
from services.synthetisch.verwachting import Stap, VerwachtRetour

_POSTBUS = "/allocation/v1/postbus"
_GOED = ("0200",)


class Retouren:
    """What waits in the postbus of the gemeenten: retourberichten by the message they answer."""

    def __init__(self, verbinding: Verbinding) -> None:
        self._verbinding = verbinding
        self._per_bericht: dict[str, list[str]] = {}
        self._gelezen: set[str] = set()
        self._slot = asyncio.Lock()

    async def _lees(self, gemeente: str) -> None:
        """Read the postbus of a gemeente, once."""
        async with self._slot:
            if gemeente in self._gelezen:
                return
            async for item in self._verbinding.lijst(_POSTBUS, gemeente):
                if item["berichtsoort"] == "JW302":
                    self._per_bericht.setdefault(item["antwoordOp"], []).append(item["berichtId"])
            self._gelezen.add(gemeente)

    async def vergelijk(self, stap: Stap, kenmerk: str) -> list[Verschil]:
        """The JW302 on one JW301."""
        assert isinstance(stap.verwacht, VerwachtRetour)
        await self._lees(stap.partij)
        ids = self._per_bericht.get(kenmerk, [])
        if len(ids) != 1:
            return [Verschil(stap.sleutel, "aantal JW302 in de postbus", "1", str(len(ids)), stap.fout)]
        antwoord = await self._verbinding.vraag("GET", f"{_POSTBUS}/{ids[0]}", stap.partij)
        retour = parse(antwoord.inhoud)
        assert isinstance(retour, JW302)
        return [
            Verschil(stap.sleutel, f"JW302: {wat}", str(hoort), str(is_), stap.fout)
            for wat, hoort, is_ in _retour(stap, stap.verwacht, retour)
            if hoort != is_
        ]


def _retour(stap: Stap, verwacht: VerwachtRetour, retour: JW302) -> Iterator[tuple[str, object, object]]:
    heen = parse(stap.inhoud)
    assert isinstance(heen, JW301)
    yield "bericht", heen.header.bericht_identificatie, retour.header.bericht_identificatie
    header = tuple(sorted(verwacht.header_codes)) or (_GOED if verwacht.toewijzing_codes else ())
    yield "codes op de Header", header, tuple(sorted(retour.header.retour_codes))
    terug = retour.client
    yield "Client terug", bool(verwacht.toewijzing_codes), terug is not None
    if terug is None or not verwacht.toewijzing_codes:
        return
    bedoeld = {
        toewijzing.toewijzing_nummer: verwacht.toewijzing_codes.get(toewijzing.toewijzing_nummer, _GOED)
        for toewijzing in heen.client.toegewezen_producten
    }
    gevonden = {t.toewijzing_nummer: tuple(sorted(t.retour_codes)) for t in terug.toegewezen_producten}
    yield "codes per toewijzing", bedoeld, gevonden
    yield "codes op de andere klassen", {_GOED}, _andere_codes(terug)


def _andere_codes(client: Client302) -> set[tuple[str, ...]]:
    codes = {client.retour_codes}
    codes |= {contact.retour_codes for contact in client.contactgegevens}
    for relatie in client.relaties:
        codes |= {relatie.retour_codes, relatie.contact.retour_codes}
    return codes


async def vergelijk_bezorging(regio: Regio, verbinding: Verbinding, bedoeld: Counter[Any]) -> list[Verschil]:
    """Every accepted JW301 waits once for its aanbieder, and no other does; `bedoeld` counts them by aanbieder,
    gemeente and Identificatie."""
    gevonden: Counter[Any] = Counter()
    for aanbieder in regio.veld.aanbod.aanbieders:
        async for item in verbinding.lijst(_POSTBUS, aanbieder):
            gevonden[aanbieder, item["van"], item["identificatie"]] += 1
    return [
        Verschil(f"postbus {aanbieder}", f"JW301 {identificatie} van {gemeente}", str(bedoeld[sleutel]), str(aantal))
        for sleutel in sorted(bedoeld.keys() | gevonden.keys())
        for (aanbieder, gemeente, identificatie), aantal in [(sleutel, gevonden[sleutel])]
        if bedoeld[sleutel] != aantal
    ]


async def vergelijk_register(regio: Regio, verbinding: Verbinding) -> list[Verschil]:
    """The register holds every accepted toewijzing once."""
    bedoeld = {(versie.cel.gemeente, versie.nummer) for dossier in regio.dossiers() for _, versie in dossier.versies}
    gevonden: Counter[tuple[str, int]] = Counter()
    async for item in verbinding.lijst("/allocation/v1/toewijzingen", "beheer"):
        gevonden[item["gemeente"], item["toewijzingnummer"]] += 1
    return [
        Verschil(f"toewijzing {gemeente} {nummer}", "keren in het register", str(int(sleutel in bedoeld)), str(aantal))
        for sleutel in sorted(bedoeld ^ gevonden.keys() | {s for s, n in gevonden.items() if n > 1})
        for (gemeente, nummer), aantal in [(sleutel, gevonden[sleutel])]
    ]
