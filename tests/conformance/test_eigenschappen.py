"""What holds for any messages in any order: states, the register, and answers that are messages of the standard."""

from collections.abc import Sequence
from copy import deepcopy
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from ijw.berichten import Bericht
from ijw.codec import build
from services.cli.check import verify
from tests.conformance import boom, verwachting, vol
from tests.conformance.basis import (
    UREN,
    D,
    contract,
    jw301,
    jw305,
    jw307,
    jw315,
    jw319,
    jw323,
    prestatie,
    start,
    stop,
    toewijzing,
)
from tests.conformance.keten import ALLOCATION, INVOICE, Keten
from tests.conformance.levensloop import Regie, Stop, Verzoeken
from tests.conformance.toneel import Toneel
from tests.unit.ijw.strategieen import WAARDEN, bericht

RUSTIG = settings(
    deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


_STOPS = [
    Stop(begin, eind, reden)
    for begin, eind, reden in product(["2026-01-05", "2026-02-02"], ["2026-03-31", "2026-04-30"], ["20", "31"])
]
_REFERENTIES = ["een", "twee", "drie", "vier"]
STAPPEN: list[tuple[str, ...]] = [
    *product(["start", "start_verwijderd"], ["2026-01-05", "2026-02-02"]),
    *((wat, *item) for wat in ("stop", "stop_verwijderd") for item in _STOPS),
    *product(["vraag", "toewijzing"], _REFERENTIES),
    *product(["antwoord"], _REFERENTIES, "12"),
]
"""Everything that can be sent; most of it is wrong at most moments."""


@st.composite
def reeksen(draw: st.DrawFn) -> list[tuple[tuple[str, ...], set[str]]]:
    """A sequence of messages with the codes that each can be refused with; half of them are right at that moment."""
    regie, verzoeken = Regie(), Verzoeken()
    reeks = []
    for _ in range(draw(st.integers(10, 30))):
        passend = [stap for stap in STAPPEN if not gevolg(deepcopy(regie), deepcopy(verzoeken), stap)]
        stap = draw(st.sampled_from(passend if draw(st.booleans()) else STAPPEN))
        reeks.append((stap, gevolg(regie, verzoeken, stap)))
    return reeks


def gevolg(regie: Regie, verzoeken: Verzoeken, stap: tuple[str, ...]) -> set[str]:
    """With which codes the tables of the standard would refuse a step; it takes effect when there are none."""
    wat, *rest = stap
    if wat in {"stop", "stop_verwijderd"}:
        return set(getattr(regie, wat)(Stop(*rest)))
    return set(getattr(regie if wat.startswith("start") else verzoeken, wat)(*rest))


def als_bericht(t: Toneel, stap: tuple[str, ...], volg: int) -> Bericht:
    """A step as a message."""
    wat, *rest = stap
    status = "3" if wat.endswith("verwijderd") else "1"
    if wat.startswith("start"):
        return jw305(t, start(t, begindatum=D.fromisoformat(rest[0]), status_aanlevering=status), volg=volg)
    if wat.startswith("stop"):
        velden: dict[str, Any] = {
            "begindatum": D.fromisoformat(rest[0]),
            "einddatum": D.fromisoformat(rest[1]),
            "reden_beeindiging": rest[2],
            "status_aanlevering": status,
        }
        return jw307(t, stop(t, **velden), volg=volg)
    referentie = f"{rest[0]}-{t.nummer}"
    if wat == "vraag":
        vraag = jw315(t, volg=volg)
        (gevraagd,) = vraag.client.aangevraagde_producten
        anders = replace(gevraagd, referentie_aanbieder=referentie)
        return replace(vraag, client=replace(vraag.client, aangevraagde_producten=(anders,)))
    if wat == "antwoord":
        reden = "3" if rest[1] == "1" else None
        return jw319(
            t, referentie_aanbieder=referentie, verzoek_antwoord=rest[1], reden_afwijzing_verzoek=reden, volg=volg
        )
    return jw301(t, toewijzing(t, volg, referentie_aanbieder=referentie), volg=volg)


@given(reeksen())
@settings(RUSTIG, max_examples=25)
async def test_any_sequence_of_messages_follows_the_tables_of_the_standard(
    keten: Keten, reeks: list[tuple[tuple[str, ...], set[str]]]
) -> None:
    toneel = keten.toneel()
    await keten.speel([jw301(toneel, volg=90)])
    for volg, (stap, codes) in enumerate(reeks, 1):
        verzonden = als_bericht(toneel, stap, volg)
        antwoord = (await keten.post(build(verzonden), verzonden.header.afzender)).json()
        # A second definitive stop may be refused for its day as well (TR414); a refusal needs one reason.
        assert bool(antwoord["retourcodes"]) == bool(codes), (volg, stap, antwoord["retourcodes"], codes)
        assert set(antwoord["retourcodes"]) <= codes, (volg, stap, antwoord["retourcodes"], codes)


async def test_after_any_sequences_the_system_s_own_check_finds_nothing(keten: Keten) -> None:
    afwijkingen, geteld = await verify(keten.systeem.runtime, 60)
    assert afwijkingen == [], geteld


def versies() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Versions of one toewijzing, each with a moment of its own."""
    inhoud = st.fixed_dictionaries(
        {
            "einddatum": st.sampled_from([None, D(2026, 4, 30), D(2026, 9, 30), D(2026, 12, 31)]),
            "omvang": st.sampled_from([UREN, replace(UREN, volume=3), replace(UREN, volume=40)]),
        }
    ) | st.just({"einddatum": D(2026, 1, 1), "reden_wijziging": "13"})
    return st.lists(inhoud, min_size=2, max_size=5).map(
        lambda alle: [
            anders | {"toewijzingsdatum": D(2026, 1, 1 + nummer // 2), "toewijzingstijd": f"1{nummer % 2}:00:00"}
            for nummer, anders in enumerate(alle)
        ]
    )


@given(versies().flatmap(lambda alle: st.tuples(st.just(alle), st.permutations(alle))))
@RUSTIG
async def test_the_order_of_arrival_changes_nothing_in_the_register_nor_in_what_is_awarded(
    keten: Keten, volgordes: tuple[Sequence[dict[str, Any]], Sequence[dict[str, Any]]]
) -> None:
    uitkomsten = []
    for volgorde in volgordes:
        t = keten.toneel()
        berichten = [jw301(t, toewijzing(t, **versie), volg=nummer) for nummer, versie in enumerate(volgorde, 1)]
        await keten.speel([contract(t), *berichten])
        await keten.systeem.drained()
        declaratie = await keten.post(build(jw323(t, prestatie(t))), t.aanbieder, INVOICE)
        await keten.systeem.drained()
        pad = f"{INVOICE}/{declaratie.json()['declaratieId']}/prestaties"
        (oordeel,) = (await keten.json(pad, t.aanbieder))["items"]
        register = await keten.json(f"/allocation/v1/toewijzingen/{t.gemeente}/{t.toewijzing()}", t.aanbieder)
        uitkomsten.append((_inhoud(register), oordeel["uitkomst"], oordeel["retourcodes"]))
    assert uitkomsten[0] == uitkomsten[1]


def _inhoud(register: dict[str, Any]) -> dict[str, Any]:
    """A toewijzing without what tells one run from another: numbers, ids, and how often its version changed."""
    eigen = {"toewijzingnummer", "aanbieder", "client", "volgnummer", "persoon", "starts"}
    over = {naam: waarde for naam, waarde in register.items() if naam not in eigen}
    versies_ = [{n: w for n, w in versie.items() if n not in {"berichtId"}} for versie in over.pop("versies")]
    return over | {"versies": versies_}


@pytest.mark.parametrize("soort", sorted(verwachting.RETOUR))
@given(data=st.data())
@RUSTIG
async def test_any_message_that_the_xsd_allows_gets_a_whole_and_valid_answer(
    keten: Keten, soort: str, data: st.DataObject
) -> None:
    verzonden = data.draw(bericht(soort))
    xml = build(verzonden)
    van = verzonden.header.afzender
    antwoord = await keten.post(xml, van)
    assert antwoord.status_code in {200, 202}, antwoord.text
    retour, verwacht = await _retour(keten, antwoord.json()["berichtId"], boom.lees(xml))
    assert boom.canoniek(retour) == boom.canoniek(verwacht)


VRIJ = {
    *("LDT_Commentaar", "LDT_Emailadres", "LDT_Huisletter", "LDT_HuisnummerToevoeging", "LDT_Landnummer", "LDT_Naam"),
    *("LDT_NaamVerwijzer", "LDT_Organisatienaam", "LDT_Persoonsid", "LDT_Plaatsnaam"),
    *("LDT_Straatnaam", "LDT_Taal", "LDT_Telefoonnummer", "LDT_Tijd", "LDT_Voorletters", "LDT_Voorvoegsel"),
}
"""Types of which any value is good at level 2 too, also when it occurs twice."""


@pytest.mark.parametrize("soort", sorted(verwachting.RETOUR))
@given(data=st.data())
@RUSTIG
async def test_whatever_the_sender_wrote_comes_back_unchanged(keten: Keten, soort: str, data: st.DataObject) -> None:
    # Without anything before it every one of these is refused at level 3, so that all of its classes come back.
    _, heen = vol.heenbericht(soort, keten.toneel())
    for plaats in boom.plaatsen(heen):
        if plaats.type in VRIJ:
            plaats.element.text = str(data.draw(WAARDEN[plaats.type]))
        elif plaats.type == "LDT_ProductCode":
            plaats.element.text = "zz&<>"
    xml, van = etree.tostring(heen), heen.findtext("{*}Header/{*}Afzender") or ""
    antwoord = await keten.post(xml, van)
    assert antwoord.status_code in {200, 202}, antwoord.text
    assert antwoord.json()["retourcodes"]
    assert "0001" not in antwoord.json()["retourcodes"]
    retour, verwacht = await _retour(keten, antwoord.json()["berichtId"], heen)
    assert len(retour) == 2
    assert boom.canoniek(retour) == boom.canoniek(verwacht)


async def _retour(keten: Keten, bericht_id: str, heen: etree._Element) -> tuple[etree._Element, etree._Element]:
    """The retourbericht, and what it must be given the findings."""
    van = heen.findtext("{*}Header/{*}Afzender") or ""
    gelezen = await keten.json(f"{ALLOCATION}/{bericht_id}", van)
    fouten = tuple((b["regel"], b["pad"]) for b in gelezen["bevindingen"])
    retour = await keten.xml(f"{ALLOCATION}/{bericht_id}/retour", van)
    identificatie = retour.findtext("{*}Header/{*}IdentificatieRetour") or ""
    return retour, verwachting.retour(heen, fouten, identificatie)


@given(data=st.data())
@RUSTIG
async def test_any_declaratie_that_the_xsd_allows_gets_a_valid_answer(keten: Keten, data: st.DataObject) -> None:
    verzonden = data.draw(bericht("JW323"))
    van = verzonden.header.afzender
    antwoord = await keten.post(build(verzonden), van, INVOICE)
    assert antwoord.status_code in {200, 202}, antwoord.text
    await keten.systeem.drained()
    pad = f"{INVOICE}/{antwoord.json()['declaratieId']}"
    stand = await keten.json(pad, van)
    if stand["status"] in {"afgekeurd", "beantwoord"}:
        jw325 = await keten.xml(f"{pad}/antwoord", van)
        assert jw325.findtext("{*}Header/{*}DeclaratieIdentificatie/{*}Identificatie") == (
            verzonden.header.bericht_identificatie.identificatie
        )
