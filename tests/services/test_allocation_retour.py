"""Every level 3 and 4 rule on JW301 through HTTP, with the exact JW302 that comes back."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from ijw.berichten import JW301, JW302
from ijw.berichten.basis import Product
from ijw.berichten.jw302 import Client302, Contact302, Header302, ToegewezenProduct302
from ijw.codec import build, parse
from services.platform.events import ToewijzingGebruik, ToewijzingGebruikt, partition_of
from services.platform.outbox import Outgoing
from tests.services.systeem import Systeem
from tests.unit.allocation.voorbeelden import AANBIEDER, ANDERE_BSN, BSN, jw301, toewijzing

SERVICES = ("allocation",)
PAD = "/allocation/v1/berichten"


async def aangeboden(systeem: Systeem, bericht: JW301, gemeente: str = "0193") -> tuple[dict[str, Any], bytes]:
    """The answer, and the JW302 as the gemeente fetches it."""
    headers = systeem.headers("gemeente", [gemeente])
    answer = await systeem.post_xml(PAD, build(bericht), headers)
    assert answer.status_code == 202, answer.text
    retour = await systeem.client.get(f"{answer.headers['Location']}/retour", headers=headers)
    assert retour.status_code == 200
    assert retour.headers["Content-Type"] == "application/xml"
    return answer.json(), retour.content


async def bevindingen(systeem: Systeem, bericht_id: str, gemeente: str = "0193") -> list[tuple[str, str]]:
    answer = await systeem.client.get(f"{PAD}/{bericht_id}", headers=systeem.headers("gemeente", [gemeente]))
    return [(item["regel"], item["pad"]) for item in answer.json()["bevindingen"]]


async def verzoek(systeem: Systeem, referentie: str, status: str = "open", **anders: str) -> None:
    """A reference as a JW315 leaves it behind; a pending one joins the pending verzoek of its client."""
    context = systeem.runtime.contexts["allocation"]
    rij = {"gemeente": "0193", "aanbieder": AANBIEDER, "bsn": BSN, **anders}
    plaats = (rij["gemeente"], rij["aanbieder"], context.crypto.pseudonym(rij["bsn"]))
    connection = await systeem.connect("allocation")
    verzoek_id = await connection.fetchval(
        "SELECT bericht_id FROM verzoeken WHERE (gemeente, aanbieder, client) = ($1, $2, $3)"
        " AND status IN ('open', 'in_onderzoek')",
        *plaats,
    )
    if verzoek_id is None:
        verzoek_id = await connection.fetchval(
            "INSERT INTO berichten SELECT (jsonb_populate_record(b, jsonb_build_object('bericht_id', gen_random_uuid(),"
            " 'richting', 'in', 'berichtsoort', 'JW315', 'identificatie', $1::text, 'sha256', '\\x' || md5($1)))).*"
            " FROM berichten b LIMIT 1 RETURNING bericht_id",
            referentie,
        )
        await connection.execute(
            "INSERT INTO verzoeken (bericht_id, domein, gemeente, aanbieder, client, berichtsoort, dagtekening,"
            " ontvangen_op, status, versie) VALUES ($5, 'jw', $1, $2, $3, 'JW315', '2026-05-06', now(), $4, 1)",
            *plaats,
            status,
            verzoek_id,
        )
    await connection.execute(
        "INSERT INTO referenties (domein, aanbieder, referentie_aanbieder, verzoek_id, toestand, gewijzigd_op)"
        " VALUES ('jw', $1, $2, $3, $4, now())",
        rij["aanbieder"],
        referentie,
        verzoek_id,
        status,
    )
    await connection.close()


def header302(bericht: JW301, nummer: int, *codes: str) -> Header302:
    """The Header of the n-th retour: that of the message, with its own identification (IV028)."""
    kop = bericht.header
    return Header302(
        bericht_code="437",
        bericht_versie=3,
        bericht_subversie=2,
        afzender=kop.afzender,
        ontvanger=kop.ontvanger,
        bericht_identificatie=kop.bericht_identificatie,
        xsd_versie=kop.xsd_versie,
        identificatie_retour=f"HF{nummer:010d}",
        dagtekening_retour=date(2026, 5, 6),
        xsd_versie_retour=kop.xsd_versie,
        retour_codes=codes,
    )


def client302(bericht: JW301, *producten: tuple[str, ...]) -> Client302:
    """The Client copied, checked and fine but for the codes on its ToegewezenProducten."""
    client = bericht.client

    def kopie(van: Any, **extra: Any) -> dict[str, Any]:
        return {veld: getattr(van, veld) for veld in van.__struct_fields__} | extra

    contacten = tuple(Contact302(**kopie(contact, retour_codes=("0200",))) for contact in client.contactgegevens)
    toegewezen = tuple(
        ToegewezenProduct302(**kopie(product, retour_codes=codes))
        for product, codes in zip(client.toegewezen_producten, producten, strict=True)
    )
    return Client302(
        **kopie(client, contactgegevens=contacten, toegewezen_producten=toegewezen, retour_codes=("0200",))
    )


async def test_accepted_is_a_header_without_retourcodes_to_the_byte(systeem: Systeem) -> None:
    _, retour = await aangeboden(systeem, jw301())
    assert retour.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\r\n'
        '<jw302:Bericht xmlns:ijw="http://www.istandaarden.nl/ijw/3_2/basisschema/schema"'
        ' xmlns:jw302="http://www.istandaarden.nl/ijw/3_2/jw302/schema">\r\n'
        "\t<jw302:Header>\r\n"
        "\t\t<jw302:BerichtCode>437</jw302:BerichtCode>\r\n"
        "\t\t<jw302:BerichtVersie>3</jw302:BerichtVersie>\r\n"
        "\t\t<jw302:BerichtSubversie>2</jw302:BerichtSubversie>\r\n"
        "\t\t<jw302:Afzender>0193</jw302:Afzender>\r\n"
        "\t\t<jw302:Ontvanger>12345678</jw302:Ontvanger>\r\n"
        "\t\t<jw302:BerichtIdentificatie>\r\n"
        "\t\t\t<ijw:Identificatie>1</ijw:Identificatie>\r\n"
        "\t\t\t<ijw:Dagtekening>2026-05-06</ijw:Dagtekening>\r\n"
        "\t\t</jw302:BerichtIdentificatie>\r\n"
        "\t\t<jw302:XsdVersie>\r\n"
        "\t\t\t<ijw:BasisschemaXsdVersie>1.0.0</ijw:BasisschemaXsdVersie>\r\n"
        "\t\t\t<ijw:BerichtXsdVersie>1.0.0</ijw:BerichtXsdVersie>\r\n"
        "\t\t</jw302:XsdVersie>\r\n"
        "\t\t<jw302:IdentificatieRetour>HF0000000001</jw302:IdentificatieRetour>\r\n"
        "\t\t<jw302:DagtekeningRetour>2026-05-06</jw302:DagtekeningRetour>\r\n"
        "\t\t<jw302:XsdVersieRetour>\r\n"
        "\t\t\t<ijw:BasisschemaXsdVersie>1.0.0</ijw:BasisschemaXsdVersie>\r\n"
        "\t\t\t<ijw:BerichtXsdVersie>1.0.0</ijw:BerichtXsdVersie>\r\n"
        "\t\t</jw302:XsdVersieRetour>\r\n"
        "\t</jw302:Header>\r\n"
        "</jw302:Bericht>\r\n"
    )


async def test_level_2_is_a_header_with_0001(systeem: Systeem) -> None:
    bericht = jw301(toewijzing(1, einddatum=date(2026, 3, 1)), toewijzing(2, referentie_aanbieder="R"))
    answer, retour = await aangeboden(systeem, bericht)
    assert (answer["status"], answer["retourcodes"]) == ("afgekeurd", ["0001"])
    assert parse(retour) == JW302(header=header302(bericht, 1, "0001"))
    assert ("CS003", "/Bericht/Client/ToegewezenProducten/ToegewezenProduct[1]/Einddatum") in await bevindingen(
        systeem, answer["berichtId"]
    )


async def test_tr056_used_identificatie(systeem: Systeem) -> None:
    await aangeboden(systeem, jw301())
    bericht = jw301(toewijzing(2, referentie_aanbieder="R"))
    answer, retour = await aangeboden(systeem, bericht)
    assert (answer["status"], answer["retourcodes"]) == ("afgekeurd", ["9056"])
    assert parse(retour) == JW302(header=header302(bericht, 2, "9056"))
    assert await bevindingen(systeem, answer["berichtId"]) == [
        ("TR056", "/Bericht/Header/BerichtIdentificatie/Identificatie")
    ]


async def test_tr056_a_refused_message_uses_up_its_identificatie_and_another_sender_may_use_it(
    systeem: Systeem,
) -> None:
    onleesbaar = jw301(toewijzing(1, einddatum=date(2026, 3, 1)))
    assert (await aangeboden(systeem, onleesbaar))[0]["retourcodes"] == ["0001"]
    assert (await aangeboden(systeem, jw301()))[0]["retourcodes"] == ["9056"]
    # Level 2 comes before level 3, also under a used Identificatie.
    nog_eens = jw301(toewijzing(1, einddatum=date(2026, 3, 2)))
    assert (await aangeboden(systeem, nog_eens))[0]["retourcodes"] == ["0001"]
    assert (await aangeboden(systeem, jw301(afzender="0150"), gemeente="0150"))[0]["retourcodes"] == []


async def test_tr135_dagtekening_in_the_future(systeem: Systeem) -> None:
    bericht = jw301(dagtekening=date(2026, 5, 7))
    answer, retour = await aangeboden(systeem, bericht)
    assert answer["retourcodes"] == ["8848"]
    assert parse(retour) == JW302(header=header302(bericht, 1, "8848"))


async def test_tr378_unknown_gemeente(systeem: Systeem) -> None:
    bericht = jw301(afzender="9998", dagtekening=date(2026, 5, 7))
    answer, retour = await aangeboden(systeem, bericht, gemeente="9998")
    assert answer["retourcodes"] == ["8848", "S300"]
    assert parse(retour) == JW302(header=header302(bericht, 1, "8848", "S300"))


@pytest.mark.parametrize(
    "anders",
    [
        {"bsn": ANDERE_BSN},
        {"ontvanger": "87654321"},
        {"product": Product(categorie="45", code="45A04")},
        {"ingangsdatum": date(2026, 4, 2)},
    ],
    ids=lambda anders: next(iter(anders)),
)
async def test_tr332_number_of_another_toewijzing(systeem: Systeem, anders: dict[str, Any]) -> None:
    await aangeboden(systeem, jw301(toewijzing(1)))
    in_bericht = {naam: waarde for naam, waarde in anders.items() if naam in {"bsn", "ontvanger"}}
    in_product = {naam: waarde for naam, waarde in anders.items() if naam not in in_bericht}
    ander = toewijzing(2, product=Product(categorie="46"), omvang=None)
    bericht = jw301(ander, toewijzing(1, **in_product), identificatie="2", **in_bericht)
    answer, retour = await aangeboden(systeem, bericht)
    assert (answer["status"], answer["retourcodes"]) == ("afgekeurd", ["9332"])
    assert parse(retour) == JW302(header=header302(bericht, 2, "0200"), client=client302(bericht, ("0200",), ("9332",)))
    # The whole message is not processed: the product that was fine is not in the register either.
    fout = await systeem.client.get("/allocation/v1/toewijzingen/0193/2", headers=systeem.headers("gemeente", ["0193"]))
    assert fout.status_code == 404


async def test_tr332_a_number_stays_taken_after_removal(systeem: Systeem) -> None:
    await aangeboden(systeem, jw301(toewijzing(1)))
    weg = toewijzing(1, toewijzingstijd="13:00:00", einddatum=date(2026, 4, 1), reden_wijziging="13")
    assert (await aangeboden(systeem, jw301(weg, identificatie="2")))[0]["retourcodes"] == []
    ander = jw301(toewijzing(1), identificatie="3", bsn=ANDERE_BSN)
    assert (await aangeboden(systeem, ander))[0]["retourcodes"] == ["9332"]


async def test_tr332_another_gemeente_has_its_own_numbers(systeem: Systeem) -> None:
    await aangeboden(systeem, jw301(toewijzing(1)))
    bericht = jw301(toewijzing(1), bsn=ANDERE_BSN, afzender="0150")
    assert (await aangeboden(systeem, bericht, gemeente="0150"))[0]["retourcodes"] == []


async def test_tr379_reference_without_pending_request(systeem: Systeem) -> None:
    await aangeboden(systeem, jw301(toewijzing(1)))
    for referentie, status, anders in (
        ("AFGEWEZEN", "afgewezen", {}),
        ("VERLEEND", "toegekend", {}),
        ("ANDERE-CLIENT", "open", {"bsn": ANDERE_BSN}),
        ("ANDERE-AANBIEDER", "open", {"aanbieder": "87654321"}),
        ("ANDERE-GEMEENTE", "open", {"gemeente": "0150"}),
        ("ONBEKEND", None, {}),
    ):
        if status:
            await verzoek(systeem, referentie, status, **anders)
        ander = toewijzing(2, product=Product(categorie="46"), omvang=None, referentie_aanbieder=referentie)
        bericht = jw301(toewijzing(1), ander, identificatie=referentie[-12:])
        answer, retour = await aangeboden(systeem, bericht)
        assert answer["retourcodes"] == ["9379"], referentie
        verwacht = parse(retour)
        assert isinstance(verwacht, JW302)
        assert verwacht.client == client302(bericht, ("0200",), ("9379",)), referentie


async def test_tr379_granting_a_pending_request_answers_it(systeem: Systeem) -> None:
    await aangeboden(systeem, jw301(toewijzing(1)))
    await verzoek(systeem, "OPEN")
    await verzoek(systeem, "ONDERZOEK", "in_onderzoek")
    een = toewijzing(2, product=Product(categorie="46"), omvang=None, referentie_aanbieder="OPEN")
    twee = toewijzing(3, product=Product(categorie="47"), omvang=None, referentie_aanbieder="ONDERZOEK")
    answer, _ = await aangeboden(systeem, jw301(een, twee, identificatie="2"))
    assert (answer["status"], answer["retourcodes"]) == ("geaccepteerd", [])
    connection = await systeem.connect("allocation")
    rows = await connection.fetch("SELECT toestand, antwoord_id FROM referenties ORDER BY toestand")
    assert await connection.fetchval("SELECT status FROM verzoeken") == "toegekend"
    await connection.close()
    bericht_id = UUID(answer["berichtId"])
    assert [tuple(row) for row in rows] == [("toegekend", bericht_id), ("toegekend_na_onderzoek", bericht_id)]
    nog_eens = toewijzing(4, product=Product(categorie="48"), omvang=None, referentie_aanbieder="OPEN")
    assert (await aangeboden(systeem, jw301(nog_eens, identificatie="3")))[0]["retourcodes"] == ["9379"]


async def test_tr381_code_outside_its_category(systeem: Systeem) -> None:
    bericht = jw301(toewijzing(1, product=Product(categorie="46", code="45A03")))
    answer, retour = await aangeboden(systeem, bericht)
    assert answer["retourcodes"] == ["S329"]
    assert parse(retour) == JW302(header=header302(bericht, 1, "0200"), client=client302(bericht, ("S329",)))


async def test_tr385_removal_while_prestaties_are_awarded(systeem: Systeem) -> None:
    await aangeboden(systeem, jw301(toewijzing(1)))
    weg = toewijzing(1, toewijzingstijd="13:00:00", einddatum=date(2026, 4, 1), reden_wijziging="13")
    await gebruikt(systeem, {1: 1, 2: 5})
    bericht = jw301(weg, identificatie="2")
    answer, retour = await aangeboden(systeem, bericht)
    assert answer["retourcodes"] == ["9385"]
    assert parse(retour) == JW302(header=header302(bericht, 2, "0200"), client=client302(bericht, ("9385",)))
    # After the credit the same removal is allowed, under a fresh Identificatie.
    await gebruikt(systeem, {1: 0})
    answer, _ = await aangeboden(systeem, jw301(weg, identificatie="3"))
    assert answer["retourcodes"] == []


async def test_tr385_an_award_that_crosses_the_removal_is_raised_once(systeem: Systeem) -> None:
    weg = toewijzing(1, einddatum=date(2026, 4, 1), reden_wijziging="13")
    await aangeboden(systeem, jw301(weg))
    for aantal in (1, 2, 0):
        await gebruikt(systeem, {1: aantal})
    answer = await systeem.client.get(
        "/allocation/v1/toewijzingen/0193/1", headers=systeem.headers("gemeente", ["0193"])
    )
    assert [melding["soort"] for melding in answer.json()["meldingen"]] == ["verwijderd-in-gebruik"]


async def gebruikt(systeem: Systeem, aantallen: dict[int, int]) -> None:
    """What matching says has been awarded on toewijzingen of this gemeente."""
    await systeem.publish(
        "matching",
        *(
            Outgoing(
                f"p{partition_of(f'0193:{nummer}')}",
                ToewijzingGebruikt(
                    domein="jw",
                    gemeente="0193",
                    toewijzingen=(ToewijzingGebruik(toewijzing_nummer=nummer, aantal_toegekend=aantal),),
                ),
                partition_of(f"0193:{nummer}"),
            )
            for nummer, aantal in aantallen.items()
        ),
    )
    await systeem.drained()


async def test_several_findings_on_one_message(systeem: Systeem) -> None:
    await aangeboden(systeem, jw301(toewijzing(1)))
    alles_fout = toewijzing(
        1,
        product=Product(categorie="46", code="45A03"),
        referentie_aanbieder="R",
        einddatum=date(2026, 4, 1),
        reden_wijziging="13",
    )
    bericht = jw301(alles_fout, toewijzing(2), identificatie="2")
    await gebruikt(systeem, {1: 1})
    answer, retour = await aangeboden(systeem, bericht)
    assert answer["retourcodes"] == ["9332", "9379", "S329", "9385"]
    assert parse(retour) == JW302(
        header=header302(bericht, 2, "0200"),
        client=client302(bericht, ("9332", "9379", "S329", "9385"), ("0200",)),
    )
    connection = await systeem.connect("allocation")
    assert await connection.fetchval("SELECT count(*) FROM outbox") == 1
    assert await connection.fetchval("SELECT count(*) FROM toewijzingen") == 1
    postbus = await connection.fetch("SELECT partij FROM postbus ORDER BY volgnummer")
    await connection.close()
    assert [row["partij"] for row in postbus] == ["0193", "12345678", "0193"]
