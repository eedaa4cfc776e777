"""The nine messages that the standard publishes as samples: ones like them, and why each passes or fails.

They are built here with values of our own but the same structure and the same peculiarities. What fails, fails because
of what a sample cannot bring along (a toewijzing, a verzoek, a product list) or because of a mistake in it.
"""

from typing import Any

from lxml import etree
from msgspec.structs import replace

from ijw.berichten import Bericht
from ijw.berichten.basis import GeslotenPeriode, Omvang, Product, Verwijzer
from ijw.berichten.jw317 import NieuwProduct317, OngewijzigdProduct317
from ijw.berichten.jw319 import Woonplaatsbeginsel319
from ijw.berichten.jw323 import Client323
from ijw.codec import build, parse
from ijw.regels import niveau2
from tests.conformance import boom, verwachting, vol
from tests.conformance.basis import (
    UREN,
    D,
    aanvraag,
    credit,
    jw301,
    jw305,
    jw307,
    jw315,
    jw317,
    jw319,
    jw323,
    prestatie,
    start,
    stop,
    toewijzing,
)
from tests.conformance.geval import Fouten
from tests.conformance.keten import ALLOCATION, INVOICE, Keten
from tests.conformance.toneel import Toneel

LANDELIJK = (Product(categorie="55", code="55A11"), Product(categorie="55", code="55A12"))
"""Codes in the category of what is bought nationally, in the shape of the list's but not on it."""


async def retour_op(keten: Keten, verzonden: Bericht, fouten: Fouten) -> list[str]:
    """Send a message; its retour must be the whole one that belongs to these findings. The codes it was given."""
    xml, van = build(verzonden), verzonden.header.afzender
    antwoord = await keten.post(xml, van)
    pad = f"{ALLOCATION}/{antwoord.json()['berichtId']}"
    bevindingen = (await keten.json(pad, van))["bevindingen"]
    assert [(b["regel"], b["pad"]) for b in bevindingen] == list(fouten)
    retour = await keten.xml(f"{pad}/retour", van)
    identificatie = retour.findtext("{*}Header/{*}IdentificatieRetour") or ""
    assert boom.canoniek(retour) == boom.canoniek(verwachting.retour(boom.lees(xml), fouten, identificatie))
    codes: list[str] = antwoord.json()["retourcodes"]
    return codes


def _in_tweeen(t: Toneel, **anders: Any) -> Any:
    """A toewijzing in answer to two verzoeken: hours a week, and dagdelen a week, each with its reference."""
    bericht = vol.bericht("JW301", t)
    weken: dict[str, Any] = {"ingangsdatum": D(2026, 4, 1), "toewijzingsdatum": D(2026, 4, 1)}
    producten = tuple(
        toewijzing(
            t,
            volg,
            product=product,
            referentie_aanbieder=t.referentie(volg),
            einddatum=einddatum,
            omvang=Omvang(volume=2, eenheid=eenheid, frequentie="2"),
            commentaar="Zoals gevraagd.",
            **weken,
        )
        for volg, product, einddatum, eenheid in (
            (0, anders.get("een", LANDELIJK[0]), D(2026, 7, 14), "04"),
            (1, anders.get("twee", LANDELIJK[1]), D(2026, 7, 19), "16"),
        )
    )
    return replace(bericht, client=replace(bericht.client, toegewezen_producten=producten))


async def test_jw301_grants_verzoeken_that_nobody_made_for_codes_that_no_list_has(keten: Keten) -> None:
    # Fails: its references belong to no pending verzoek (TR379), its codes are not on the national list (TR381).
    t = keten.toneel()
    product = "/Bericht/Client/ToegewezenProducten/ToegewezenProduct"
    fouten = (
        *(("TR379", f"{product}[{nummer}]/ReferentieAanbieder") for nummer in (1, 2)),
        *(("TR381", f"{product}[{nummer}]/Product/Code") for nummer in (1, 2)),
    )
    assert await retour_op(keten, _in_tweeen(t), fouten) == ["9379", "S329"]
    # Passes when the verzoeken are there and the codes are on the list.
    t = keten.toneel()
    bestaand = {"een": Product(categorie="45", code="45A04"), "twee": Product(categorie="45", code="45A05")}
    gevraagd = (aanvraag(t, 0), aanvraag(t, 1, product=bestaand["twee"]))
    await keten.speel([jw315(t, *gevraagd, volg=90)])
    assert await retour_op(keten, _in_tweeen(t, **bestaand), ()) == []


async def test_jw302_answers_a_message_that_is_not_here(keten: Keten) -> None:
    # Fails: a Header alone with 8848, for a JW301 with another Identificatie than the one that was sent.
    t = keten.toneel()
    heen = jw301(t)
    retour = verwachting.retour(boom.lees(build(heen)), (("TR135", "/Bericht/Header"),), "9452b7eb-c87")
    assert len(retour) == 1
    antwoord = await keten.post(etree.tostring(retour), t.aanbieder)
    assert (antwoord.status_code, antwoord.json()["type"]) == (404, "urn:happyflow:probleem:heenbericht-onbekend")
    # Passes once that JW301 was forwarded to whoever returns it: delivered to the gemeente, with its code.
    await keten.speel([heen])
    antwoord = await keten.post(etree.tostring(retour), t.aanbieder)
    assert (antwoord.status_code, antwoord.json()["retourcodes"]) == (202, ["8848"])
    assert await keten.wacht(antwoord.json()["berichtId"], t.gemeente)


async def test_jw305_starts_on_toewijzingen_of_another_gemeente(keten: Keten) -> None:
    # Fails: the sample names another gemeente than the JW301 with these numbers (TR019); its codes are on no list.
    t = keten.toneel()
    toegewezen = {"ingangsdatum": D(2026, 4, 1), "product": Product(categorie="45", code="45A04")}
    elders = replace(t, gemeente="0150")
    await keten.speel([jw301(elders, toewijzing(t, **toegewezen), volg=90)])
    starts = tuple(
        start(t, volg, product=product, toewijzing_ingangsdatum=D(2026, 4, 1), begindatum=begin)
        for volg, product, begin in ((0, LANDELIJK[0], D(2026, 4, 3)), (1, LANDELIJK[1], D(2026, 4, 15)))
    )
    product = "/Bericht/Client/StartProducten/StartProduct"
    fouten = (
        *(("TR019", f"{product}[{nummer}]") for nummer in (1, 2)),
        *(("TR381", f"{product}[{nummer}]/Product/Code") for nummer in (1, 2)),
    )
    assert await retour_op(keten, jw305(t, *starts), fouten) == ["9019", "S329"]


async def test_jw307_stops_what_never_started(keten: Keten) -> None:
    # Fails: neither the toewijzingen (TR019) nor the starts (TR382) are known; its codes are on no list (TR381).
    t = keten.toneel()
    stops = tuple(
        stop(t, volg, product=product, toewijzing_ingangsdatum=D(2026, 4, 1), begindatum=begin)
        for volg, product, begin in ((0, LANDELIJK[0], D(2026, 4, 3)), (1, LANDELIJK[1], D(2026, 4, 15)))
    )
    product = "/Bericht/Client/StopProducten/StopProduct"
    fouten = (
        *(("TR019", f"{product}[{nummer}]") for nummer in (1, 2)),
        *(("TR381", f"{product}[{nummer}]/Product/Code") for nummer in (1, 2)),
        *(("TR382", f"{product}[{nummer}]") for nummer in (1, 2)),
    )
    assert await retour_op(keten, jw307(t, *stops), fouten) == ["9019", "S329", "9069"]


async def test_jw315_asks_until_a_day_that_does_not_exist(keten: Keten) -> None:
    # Fails: both products are asked until 31 June. That is no date, so there is not even a retour.
    t = keten.toneel()
    verwijzers = (Verwijzer(type="01", naam="huisarts"), Verwijzer(type="02", zorgverlener_code="12345678"))
    gevraagd = tuple(
        aanvraag(
            t,
            volg,
            product=Product(categorie="45", code=code),
            beschikking_nummer=123,
            beschikking_ingangsdatum=D(2026, 3, 15),
            toewijzing_einddatum=D(2027, 6, 30),
            verwijzer=verwijzers[volg],
            raamcontract="1",
        )
        for volg, code in enumerate(("45A04", "45A05"))
    )
    verzonden = jw315(t, *gevraagd, gezagsdrager_bekend="1", commentaar="Commentaar.")
    goed = boom.lees(build(verzonden))
    regels = etree.tostring(goed, pretty_print=True).replace(b"2027-06-30", b"2027-06-31")
    antwoord = await keten.post(regels, t.aanbieder)
    assert (antwoord.status_code, antwoord.json()["type"]) == (400, "urn:happyflow:probleem:xsd-ongeldig")
    assert [(fout["regel"], fout["pad"]) for fout in antwoord.json()["fouten"]] == [
        (
            nummer,
            f"/Bericht/Client/AangevraagdeProducten/AangevraagdProduct[{volg}]/ToewijzingEinddatum",
        )
        for volg, nummer in enumerate(
            (nummer for nummer, regel in enumerate(regels.splitlines(), 1) if b"2027-06-31" in regel), 1
        )
    ]
    # Passes with the day before; an Identificatie refused at level 1 was never used.
    assert await retour_op(keten, verzonden, ()) == []


async def test_jw317_asks_for_a_product_that_ends_before_it_begins(keten: Keten) -> None:
    # Fails: Einddatum of the NieuwProduct lies years before its GewensteIngangsdatum (CS003), so Header 0001 alone.
    t = keten.toneel()
    nieuw = NieuwProduct317(
        product=Product(categorie="45", code="45A05"),
        gewenste_ingangsdatum=D(2026, 11, 1),
        einddatum=D(2024, 2, 28),
        omvang=replace(UREN, volume=4),
    )
    blijft = (OngewijzigdProduct317(toewijzing_nummer=t.toewijzing()),)
    verzonden = jw317(t, ongewijzigde_producten=blijft, te_wijzigen_producten=(), nieuwe_producten=(nieuw,))
    fout = ("CS003", "/Bericht/Client/Verzoek/NieuweProducten/NieuwProduct[1]/Einddatum")
    assert await retour_op(keten, verzonden, (fout,)) == ["0001"]
    # Passes with an end after its begin, beside the toewijzing that stays.
    t = keten.toneel()
    blijft = (OngewijzigdProduct317(toewijzing_nummer=t.toewijzing()),)
    goed = (replace(nieuw, einddatum=D(2027, 2, 28)),)
    await keten.speel([jw301(t, volg=90)])
    goed_bericht = jw317(t, ongewijzigde_producten=blijft, te_wijzigen_producten=(), nieuwe_producten=goed)
    assert await retour_op(keten, goed_bericht, ()) == []


async def test_jw319_points_to_another_gemeente_for_a_verzoek_that_is_not_there(keten: Keten) -> None:
    # Fails: code 8 with its Woonplaatsbeginsel is as it must be, but no verzoek has this reference (TR355).
    t = keten.toneel()
    elders = {"reden_afwijzing_verzoek": "8", "woonplaatsbeginsel": Woonplaatsbeginsel319(gemeente="1916")}
    assert await retour_op(keten, jw319(t, **elders), (("TR355", "/Bericht/Antwoord/ReferentieAanbieder"),)) == ["9355"]
    # Passes as the answer to a JW315 with that reference.
    t = keten.toneel()
    await keten.speel([jw315(t, volg=90)])
    assert await retour_op(keten, jw319(t, **elders), ()) == []


async def test_jw323_uses_one_reference_twice_for_one_client(keten: Keten) -> None:
    # Fails: the second client has two prestaties under one ReferentieNummer (TR101): a JW325 with 0001 alone.
    t = keten.toneel()
    maart = GeslotenPeriode(begindatum=D(2026, 3, 1), einddatum=D(2026, 3, 31))
    een = Client323(bsn=t.bsn, prestaties=(prestatie(t, "RN1"), prestatie(t, "RN2", 1, product_code="45A05")))
    dubbel = prestatie(t, "RN4", 3, product_code="45A05")
    twee = Client323(
        bsn=t.andere_bsn, prestaties=(prestatie(t, "RN3", 2), dubbel, replace(dubbel, product_periode=maart))
    )
    verzonden = jw323(t, clienten=(een, twee))
    antwoord = await keten.post(build(verzonden), t.aanbieder, INVOICE)
    pad = f"{INVOICE}/{antwoord.json()['declaratieId']}"
    (bevinding,) = antwoord.json()["bevindingen"]
    assert (antwoord.json()["status"], bevinding["regel"], bevinding["pad"]) == (
        "afgekeurd",
        "TR101",
        "/Bericht/Declaratie/Clienten/Client[2]/Prestaties/Prestatie[3]",
    )
    jw325 = await keten.xml(f"{pad}/antwoord", t.aanbieder)
    identificatie = jw325.findtext("{*}Header/{*}BerichtIdentificatie/{*}Identificatie") or ""
    heen = boom.lees(build(verzonden))
    assert boom.canoniek(jw325) == boom.canoniek(verwachting.antwoord_header(heen, identificatie, ("0001",)))


async def test_jw325_is_right_in_itself_and_not_for_this_address(keten: Keten) -> None:
    # Right: all credits, so both totals are negative, and what comes back is what they differ by (TR342).
    t = keten.toneel()
    debetten = [prestatie(t, f"RT{nummer}") for nummer in range(3)]
    credits_ = tuple(credit(debet, f"RN{nummer}") for nummer, debet in enumerate(debetten))
    heen = boom.lees(build(jw323(t, *credits_)))
    client = "/Bericht/Declaratie/Clienten/Client[1]"
    antwoord = verwachting.antwoord(
        heen,
        "654321987",
        ("0200",),
        toegekend_cent=-debetten[2].ingediend_bedrag.bedrag,
        clienten={client: ("0200",)},
        prestaties={
            f"{client}/Prestaties/Prestatie[1]": ("0611",),
            f"{client}/Prestaties/Prestatie[2]": ("9339", "9340", "9341"),
        },
    )
    xml = etree.tostring(antwoord)
    assert boom.geldig(antwoord)
    assert niveau2(parse(xml)) == ()
    # Not taken in: a gemeente's answers are made here (TR337, TR371), and nobody else's are.
    weigering = await keten.post(xml, t.gemeente)
    assert (weigering.status_code, weigering.json()["type"]) == (400, "urn:happyflow:probleem:onbekend-bericht")
