"""The general codes in retourberichten that parties return on what was forwarded to them (GENERAL_0001, 0200, 0233).

What Happyflow's own retouren hold is compared element by element with every case of ``test_heenberichten``; here it
is the receiver that answers.
"""

from collections.abc import Callable

import pytest
from lxml import etree

from tests.conformance import boom, vol
from tests.conformance.keten import ALLOCATION, Keten

Wijziging = Callable[[etree._Element], None]


def codes(element: etree._Element, *nieuw: str) -> None:
    """Other RetourCodes on a class; none at all takes the element away."""
    ruimte = str(etree.QName(element).namespace)
    oud = element.find(f"{{{ruimte}}}RetourCodes")
    if oud is not None:
        element.remove(oud)
    if nieuw:
        lijst = etree.SubElement(element, f"{{{ruimte}}}RetourCodes")
        for code in nieuw:
            etree.SubElement(lijst, f"{{{ruimte}}}RetourCode").text = code


def alleen_header(retour: etree._Element, *nieuw: str) -> None:
    """A Header without anything below it."""
    codes(retour[0], *nieuw)
    for inhoud in retour[1:]:
        retour.remove(inhoud)


def zonder_oordeel(retour: etree._Element) -> None:
    """The first class without a fault was not assessed."""
    zonder_fout = next(lijst for lijst in retour[1].iter("{*}RetourCodes") if lijst[0].text == "0200")
    codes(zonder_fout.getparent(), "0233")


def alles_goed(retour: etree._Element) -> None:
    """Classes come back although none of them has a fault."""
    for lijst in list(retour[1].iter("{*}RetourCodes")):
        codes(lijst.getparent(), "0200")


def _inhoud(soort: str) -> str:
    return "/Bericht/Antwoord" if soort == "JW320" else "/Bericht/Client"


GOED: dict[str, tuple[str, Wijziging, Callable[[str], list[str]]]] = {
    "GENERAL_0001-alleen-header": ("0001", lambda r: alleen_header(r, "0001"), lambda _: ["0001"]),
    "GENERAL_0200-zonder-codes": ("0200", alleen_header, lambda _: []),
    "GENERAL_0200-klassen-met-een-fout": ("0200", lambda _: None, lambda soort: [vol.afkeurcode(soort)]),
    "GENERAL_0233-niet-beoordeeld": ("0233", zonder_oordeel, lambda soort: [vol.afkeurcode(soort)]),
}
"""Each with the rule, the change, and the codes that count as a rejection."""

FOUT: dict[str, tuple[Wijziging, Callable[[str], str]]] = {
    "GENERAL_0001-met-klassen": (lambda r: codes(r[0], "0001"), _inhoud),
    "GENERAL_0001-naast-een-andere-code": (
        lambda r: alleen_header(r, "0001", "9056"),
        lambda _: "/Bericht/Header/RetourCodes",
    ),
    "GENERAL_0200-alleen-header": (lambda r: alleen_header(r, "0200"), lambda _: "/Bericht/Header/RetourCodes"),
    "GENERAL_0200-niets-fout": (alles_goed, _inhoud),
    "GENERAL_0233-naast-een-fout": (
        lambda r: codes(r[1], "0233", "9056"),
        lambda soort: f"{_inhoud(soort)}/RetourCodes",
    ),
}
"""Each with the change, and where the fault is told."""

SOORTEN = sorted(vol.HEEN_VAN)


async def bied_aan(
    keten: Keten, soort: str, wijzig: Wijziging
) -> tuple[str, str, etree._Element, dict[str, object], int]:
    """Have a message forwarded, return a changed retour on it; who did, who sent the message, retour, answer."""
    stappen, retour = vol.retourbericht(soort, keten.toneel())
    wijzig(retour)
    assert boom.geldig(retour), boom.schema(soort).error_log
    await keten.speel(stappen)
    van, aan = (retour.findtext(f"{{*}}Header/{{*}}{naam}") or "" for naam in ("Ontvanger", "Afzender"))
    antwoord = await keten.post(etree.tostring(retour), van, ALLOCATION)
    return van, aan, retour, antwoord.json(), antwoord.status_code


@pytest.mark.parametrize("soort", SOORTEN)
@pytest.mark.parametrize("naam", GOED)
async def test_a_conforming_retour_reaches_the_sender_of_the_message(keten: Keten, soort: str, naam: str) -> None:
    _, wijzig, verwacht = GOED[naam]
    van, aan, retour, antwoord, status = await bied_aan(keten, soort, wijzig)
    assert (status, antwoord["status"], antwoord["retourcodes"]) == (202, "geaccepteerd", verwacht(soort))
    bericht_id = str(antwoord["berichtId"])
    assert await keten.wacht(bericht_id, aan)
    assert not await keten.wacht(bericht_id, van)
    assert boom.canoniek(await keten.xml(f"/allocation/v1/postbus/{bericht_id}", aan)) == boom.canoniek(retour)


@pytest.mark.parametrize("soort", SOORTEN)
@pytest.mark.parametrize("naam", FOUT)
async def test_a_retour_that_contradicts_itself_is_refused(keten: Keten, soort: str, naam: str) -> None:
    wijzig, pad = FOUT[naam]
    *_, antwoord, status = await bied_aan(keten, soort, wijzig)
    assert (status, antwoord["type"]) == (400, "urn:happyflow:probleem:retour-past-niet")
    assert {fout["pad"] for fout in antwoord["fouten"]} == {pad(soort)}
