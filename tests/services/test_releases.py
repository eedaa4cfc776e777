"""iJw 3.2 and a made-up 3.3 side by side in a running system: each message is read and answered in its own release."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ijw.berichten import JW301, JW302, JW325
from ijw.codec import build, parse
from services.platform.releases import releases_uit
from tests.releasemappen import IJW_32, maak_map, schrijf_register
from tests.services.allocation_verkeer import geaccepteerd, verzonden
from tests.services.systeem import Systeem
from tests.unit.allocation.voorbeelden import AANBIEDER, BSN, jw301, toewijzing
from tests.unit.allocation.voorbeelden_verzoek import jw315
from tests.unit.invoice.bouwen import declaratie, prestatie

_MAP = tempfile.TemporaryDirectory(prefix="happyflow releases ")
_PLAATS = Path(_MAP.name)
SETTINGS: dict[str, Any] = {"ijw_releases": _PLAATS / "releases.csv"}
GEMEENTE = "0193"
NIEUWE_REDEN = "77"


@pytest.fixture(autouse=True, scope="module")
def register() -> Iterator[None]:
    """3.2; 3.3 in the same namespaces, 4.0 in its own, both with a code more; and 3.1, which is over."""
    maak_map(_PLAATS / "ijw-3.1", versies=(3, 1), ruimte="3_1")
    maak_map(_PLAATS / "ijw-3.3", versies=(3, 3), extra_reden=NIEUWE_REDEN)
    maak_map(_PLAATS / "ijw-4.0", versies=(4, 0), ruimte="4_0", extra_reden=NIEUWE_REDEN)
    schrijf_register(
        _PLAATS,
        "3.1,ijw-3.1,3,1,2022-04-01,2023-04-02",
        f"3.2,{IJW_32},3,2,2023-04-03,",
        "3.3,ijw-3.3,3,3,2026-05-01,",
        "4.0,ijw-4.0,4,0,2026-05-06,",
    )
    yield
    shutil.rmtree(_PLAATS)


def in_release(bericht: Any, versies: tuple[int, int]) -> Any:
    header = replace(bericht.header, bericht_versie=versies[0], bericht_subversie=versies[1])
    return replace(bericht, header=header)


def xml(systeem: Systeem, bericht: Any) -> bytes:
    return releases_uit(systeem.runtime.settings.releases).build(bericht)


async def bied_aan(systeem: Systeem, bericht: JW301) -> tuple[dict[str, Any], bytes]:
    headers = systeem.headers("gemeente", [GEMEENTE])
    answer = await systeem.post_xml("/allocation/v1/berichten", xml(systeem, bericht), headers)
    assert answer.status_code == 202, answer.text
    return answer.json(), (await systeem.client.get(f"{answer.headers['Location']}/retour", headers=headers)).content


@pytest.mark.parametrize(
    ("versies", "ruimte"), [((3, 2), b"3_2"), ((3, 3), b"3_2"), ((4, 0), b"4_0")], ids=["3.2", "3.3", "4.0"]
)
async def test_a_message_is_answered_in_its_own_release(
    systeem: Systeem, versies: tuple[int, int], ruimte: bytes
) -> None:
    eigen = f"{versies[0]}.{versies[1]}.0" if versies != (3, 2) else "1.0.0"
    bericht = in_release(jw301(toewijzing(1)), versies)
    answer, retour = await bied_aan(systeem, bericht)
    assert answer["status"] == "geaccepteerd"
    terug = parse(retour)
    assert isinstance(terug, JW302)
    assert (terug.header.bericht_versie, terug.header.bericht_subversie) == versies
    assert terug.header.xsd_versie_retour.bericht_xsd_versie == eigen
    assert b"istandaarden.nl/ijw/" + ruimte + b"/jw302/schema" in retour
    headers = systeem.headers("aanbieder", agb=AANBIEDER)

    dient_in = in_release(
        declaratie({BSN: [prestatie("R1", toewijzing_nummer=1)]}, aanbieder=AANBIEDER, nummer="D1"), versies
    )
    ingediend = await systeem.post_xml("/invoice/v1/declaraties", xml(systeem, dient_in), headers)
    assert ingediend.status_code == 202, ingediend.text
    await systeem.drained()
    # Refused as a whole and answered at once, or after its verdicts: in its release either way.
    geweigerd = replace(dient_in, declaratie=replace(dient_in.declaratie, declaratie_nummer="D2"))
    nogmaals = await systeem.post_xml("/invoice/v1/declaraties", xml(systeem, geweigerd), headers)
    assert nogmaals.json()["retourcodes"] == ["9056"]
    rijen = (await systeem.client.get("/invoice/v1/postbus", headers=headers)).json()["items"]
    assert rijen
    for rij in rijen:
        antwoord = (await systeem.client.get(f"/invoice/v1/postbus/{rij['berichtId']}", headers=headers)).content
        jw325 = releases_uit(systeem.runtime.settings.releases).lees_bericht(
            antwoord, frozenset({"JW325"}), systeem.clock.today()
        )
        assert isinstance(jw325, JW325)
        assert (jw325.header.bericht_versie, jw325.header.bericht_subversie) == versies
        assert jw325.header.xsd_versie.bericht_xsd_versie == eigen
        assert b"istandaarden.nl/ijw/" + ruimte + b"/jw325/schema" in antwoord


async def test_a_verdict_of_matching_is_answered_in_the_release_of_its_declaratie(systeem: Systeem) -> None:
    """Of an unknown client, refused by policy: the JW325 comes after the events, from stored rows."""
    beleid = {"regels": [{"retourcode": "9339", "behandeling": "afwijzen"}]}
    gemeente = systeem.headers("gemeente", [GEMEENTE])
    assert (await systeem.client.put(f"/matching/v1/beleid/{GEMEENTE}", json=beleid, headers=gemeente)).is_success
    headers = systeem.headers("aanbieder", agb=AANBIEDER)
    await bied_aan(systeem, jw301(toewijzing(1)))
    for nummer, versies in enumerate([(3, 2), (3, 3), (4, 0)], 1):
        # Category 46 on a toewijzing of 45.
        fout = prestatie(f"R{nummer}", toewijzing_nummer=1, product_categorie="46", product_code="46A03")
        dient_in = declaratie({BSN: [fout]}, aanbieder=AANBIEDER, nummer=f"D{nummer}", identificatie=f"B{nummer}")
        ingediend = await systeem.post_xml(
            "/invoice/v1/declaraties", xml(systeem, in_release(dient_in, versies)), headers
        )
        assert ingediend.status_code == 202, ingediend.text
        await systeem.drained()
        pad = f"/invoice/v1/declaraties/{ingediend.json()['declaratieId']}"
        antwoord = await systeem.client.get(f"{pad}/antwoord", headers=headers)
        assert antwoord.status_code == 200, (await systeem.client.get(pad, headers=headers)).text
        jw325 = parse(antwoord.content)
        assert isinstance(jw325, JW325)
        assert (jw325.header.bericht_versie, jw325.header.bericht_subversie) == versies
        assert jw325.declaratie_antwoord is not None
        assert jw325.declaratie_antwoord.clienten


async def test_a_message_of_ours_is_written_in_the_newest_release_in_force(systeem: Systeem) -> None:
    """A decision about a verzoek of 3.2 is no retour on it: by then the sector may have moved on."""
    verzoek_id = await geaccepteerd(systeem, jw315())
    (gemaakt,) = await verzonden(systeem, verzoek_id, {"besluit": "afwijzen", "redenAfwijzingVerzoek": "7"})
    assert (gemaakt.header.bericht_versie, gemaakt.header.bericht_subversie) == (4, 0)
    assert gemaakt.header.xsd_versie.bericht_xsd_versie == "4.0.0"


async def test_each_release_has_its_own_codes(systeem: Systeem) -> None:
    """RedenWijziging 77 exists from 3.3 on."""
    await bied_aan(systeem, jw301(toewijzing(1)))
    headers = systeem.headers("gemeente", [GEMEENTE])
    gewijzigd = jw301(toewijzing(1, reden_wijziging=NIEUWE_REDEN, toewijzingstijd="23:00:00"), identificatie="2")
    oud = await systeem.post_xml("/allocation/v1/berichten", xml(systeem, gewijzigd), headers)
    assert (oud.status_code, oud.json()["type"]) == (400, "urn:happyflow:probleem:xsd-ongeldig")
    answer, _ = await bied_aan(systeem, in_release(gewijzigd, (3, 3)))
    assert answer["status"] == "geaccepteerd"


@pytest.mark.parametrize(
    ("data", "zinnen"),
    [
        (lambda s: xml(s, in_release(jw301(toewijzing(1)), (3, 1))), ("iJw 3.1; die gold tot en met 02-04-2023",)),
        (lambda s: build(jw301(toewijzing(1)), "2_4"), ("iJw 2.4", "Hier geldt: iJw 3.2 en 3.3 en 4.0")),
    ],
    ids=["over", "unknown"],
)
async def test_a_release_that_is_over_or_unknown_is_a_clear_problem(
    systeem: Systeem, data: Any, zinnen: tuple[str, ...]
) -> None:
    answer = await systeem.post_xml("/allocation/v1/berichten", data(systeem), systeem.headers("gemeente", [GEMEENTE]))
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:happyflow:probleem:onbekend-bericht")
    for zin in zinnen:
        assert zin in answer.json()["fouten"][0]["melding"]
