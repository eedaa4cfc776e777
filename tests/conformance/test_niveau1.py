"""The rules of level 1 on all fourteen messages: what the XSD does not allow is refused with its line and path.

A JW325 is made here and never taken in, so it is held against level 1 by the reader that every message passes.
"""

import asyncio
from collections.abc import Iterator
from typing import Any, Final

import pytest
from lxml import etree

from ijw.leesfout import XsdOngeldig
from ijw.lezen import lees
from ijw.schemas import Schemas
from tests.conformance import boom, vol
from tests.conformance.gevallen.niveau1 import GEVALLEN, VORMREGELS, Vormgeval
from tests.conformance.keten import ALLOCATION, INVOICE, Keten
from tests.conformance.toneel import Toneel

FOUT: Final = [geval for geval in GEVALLEN if geval.waarde is not None]
GOED: Final = [geval for geval in GEVALLEN if geval.waarde is None]
EIGEN_VAN_RETOUR: Final = ("IdentificatieRetour", "DagtekeningRetour", "XsdVersieRetour", "XsltVersie")
"""What the Header of a retourbericht does not repeat."""
SCHEMAS: Final = Schemas(boom.XSDS)


def tekst(wortel: etree._Element) -> bytes:
    """The message as bytes with a line for every element."""
    return etree.tostring(wortel, pretty_print=True, xml_declaration=True, encoding="UTF-8")


def verminkt(wortel: etree._Element, geval: Vormgeval) -> Iterator[tuple[bytes, int, str]]:
    """The message with the wrong value in one element of the rule's types after another; its line and path."""
    for nummer, plaats in enumerate(boom.plaatsen(wortel)):
        if plaats.type not in VORMREGELS[geval.regel].typen:
            continue
        oud, plaats.element.text = plaats.element.text, geval.waarde or None
        xml = tekst(wortel)
        plaats.element.text = oud
        regel = list(etree.fromstring(xml).iter("{*}*"))[nummer].sourceline
        assert regel is not None
        yield xml, regel, plaats.pad


def wie_en_waar(wortel: etree._Element) -> tuple[str, str]:
    """Who sends a message, and where to: a retourbericht names its sender as Ontvanger."""
    soort = boom.soort_van(wortel)
    rol = "Ontvanger" if soort in vol.HEEN_VAN else "Afzender"
    return wortel.findtext(f"{{*}}Header/{{*}}{rol}") or "", INVOICE if soort == "JW323" else ALLOCATION


@pytest.mark.parametrize("geval", [pytest.param(geval, id=geval.id) for geval in FOUT])
async def test_a_wrong_value_is_refused_with_its_line_and_path(keten: Keten, geval: Vormgeval) -> None:
    _, wortel = vol.volledig(geval.soort, Toneel(0))
    assert boom.geldig(wortel), boom.schema(geval.soort).error_log
    proeven = list(verminkt(wortel, geval))
    assert proeven, "the message has no element of these types"
    if geval.soort == "JW325":
        for xml, regel, pad in proeven:
            with pytest.raises(XsdOngeldig) as gevangen:
                lees(xml, SCHEMAS, None)
            assert {(fout.regel, fout.pad) for fout in gevangen.value.fouten} == {(regel, pad)}
        return
    afzender, waar = wie_en_waar(wortel)
    antwoorden: list[Any] = await asyncio.gather(*(keten.post(xml, afzender, waar) for xml, _, _ in proeven))
    for antwoord, (_, regel, pad) in zip(antwoorden, proeven, strict=True):
        probleem = antwoord.json()
        assert antwoord.status_code == 400, pad
        assert antwoord.headers["content-type"] == "application/problem+json"
        assert probleem["type"] == "urn:happyflow:probleem:xsd-ongeldig"
        assert {(fout["regel"], fout["pad"]) for fout in probleem["fouten"]} == {(regel, pad)}
        assert all(fout["melding"] for fout in probleem["fouten"])


@pytest.fixture(scope="session")
def ingenomen() -> set[str]:
    """The kinds of messages of which the one with every element was taken in as it is."""
    return set()


@pytest.mark.parametrize("geval", [pytest.param(geval, id=geval.id) for geval in GOED])
async def test_an_outermost_right_value_is_taken_in(keten: Keten, ingenomen: set[str], geval: Vormgeval) -> None:
    toneel = keten.toneel()
    stappen, wortel = vol.volledig(geval.soort, toneel)
    anders = uiterste(wortel, geval, toneel)
    assert boom.geldig(wortel), boom.schema(geval.soort).error_log
    if geval.soort == "JW325":
        assert type(lees(tekst(wortel), SCHEMAS, None)).__name__ == "JW325"
        return
    if not anders and geval.soort in ingenomen:
        return  # the same message as for another rule, but for its numbers
    await keten.speel(stappen)
    await neem_in(keten, wortel)
    if not anders:
        ingenomen.add(geval.soort)


def uiterste(wortel: etree._Element, geval: Vormgeval, toneel: Toneel) -> bool:
    """Put the outermost right value in every element of the rule's types; whether there was any."""
    anders = False
    for plaats in boom.plaatsen(wortel):
        waarde = VORMREGELS[geval.regel].goed.get(plaats.type)
        if waarde is None or (geval.soort in vol.HEEN_VAN and not any(naam in plaats.pad for naam in EIGEN_VAN_RETOUR)):
            continue
        plaats.element.text = waarde(toneel) if callable(waarde) else waarde
        anders = True
    return anders


async def neem_in(keten: Keten, wortel: etree._Element) -> None:
    """Send a message: it is accepted with everything that is in it; a retour with the code that it says."""
    soort, (afzender, waar) = boom.soort_van(wortel), wie_en_waar(wortel)
    if soort == "JW323":
        await keten.systeem.drained()
    antwoord = await keten.post(tekst(wortel), afzender, waar)
    assert antwoord.status_code == 202, antwoord.text
    if soort == "JW323":
        assert antwoord.json()["status"] == "in_behandeling"
        await keten.systeem.drained()
        stand = await keten.json(f"{INVOICE}/{antwoord.json()['declaratieId']}", afzender)
        assert (stand["status"], stand["aantalToegekend"]) == ("beantwoord", 2)
        return
    codes = [vol.afkeurcode(soort)] if soort in vol.HEEN_VAN else []
    assert (antwoord.json()["status"], antwoord.json()["retourcodes"]) == ("geaccepteerd", codes)


async def test_a_jw325_is_not_taken_in(keten: Keten) -> None:
    for waar in (ALLOCATION, INVOICE):
        antwoord = await keten.post(tekst(vol.antwoord(Toneel(0))), "40000000", waar)
        assert antwoord.status_code == 400
        assert antwoord.json()["type"] == "urn:happyflow:probleem:onbekend-bericht"
