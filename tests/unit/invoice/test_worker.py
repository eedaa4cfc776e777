"""What the worker makes of a JW323."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from ijw.codec import build
from services.invoice.copy_text import KOLOMMEN, markeer_dubbel
from services.invoice.worker import MAXIMUM_BEVINDINGEN, Gelezen, Opdracht, lees_declaratie
from services.platform.arrays import SCHEIDING
from services.platform.berichten.intake import Onleesbaar
from services.platform.crypto import pseudonymise
from services.platform.events import (
    DeclaratieIngediend,
    PeriodeTotaal,
    PrestatieIngediend,
    partition_of,
    toewijzing_key,
)
from services.platform.settings import Settings
from tests.unit.invoice.bouwen import BSN, BSN2, declaratie, prestatie, xml

SLEUTEL = bytes(range(32))
OPDRACHT = Opdracht(
    releases=Settings().releases,
    vandaag=date(2026, 5, 6),
    declaratie_id=UUID(int=1),
    ontvangen_op=datetime(2026, 5, 6, 10, tzinfo=UTC),
    pseudonym_key=SLEUTEL,
)


def lees(data: bytes, **anders: Any) -> Gelezen:
    gelezen = lees_declaratie(data, msgspec.structs.replace(OPDRACHT, **anders))
    assert isinstance(gelezen, Gelezen)
    return gelezen


def rijen(gelezen: Gelezen) -> list[dict[str, str]]:
    regels = gelezen.prestaties.decode().splitlines()
    return [dict(zip(KOLOMMEN, regel.split("\t"), strict=True)) for regel in regels]


def prestaties(gelezen: Gelezen) -> dict[int, PrestatieIngediend]:
    events = [msgspec.json.decode(deel.data, type=DeclaratieIngediend) for deel in gelezen.delen]
    return {p.volgnummer: p for event in events for p in event.prestaties}


def test_prestaties_become_rows_and_events_under_one_number() -> None:
    gelezen = lees(
        xml(
            {
                BSN: [prestatie("R1", 7500), prestatie("R2", -3000, vorige="R0", toewijzing_nummer=1002)],
                BSN2: [
                    prestatie(
                        "R3",
                        900,
                        eenheid="83",
                        geleverd_volume=900,
                        product_tarief=None,
                        product_categorie="46",
                        product_code="46A01",
                        begin=date(2026, 2, 3),
                        eind=date(2026, 2, 28),
                    )
                ],
            }
        )
    )
    assert gelezen.bevindingen == ()
    assert gelezen.aantal_prestaties == 3
    client, client2 = pseudonymise(SLEUTEL, BSN), pseudonymise(SLEUTEL, BSN2)
    assert gelezen.clienten == f"{client},{client2}"
    assert gelezen.bsns == f"{BSN},{BSN2}".encode()
    assert gelezen.referenties == SCHEIDING.join(["R1", "R2", "R3"])
    assert [rij["clientnummer"] for rij in rijen(gelezen)] == ["1", "1", "2"]
    assert rijen(gelezen)[1] == {
        "declaratie_id": str(UUID(int=1)),
        "volgnummer": "2",
        "clientnummer": "1",
        "domein": "jw",
        "aanbieder": "12345678",
        "referentie": "R2",
        "vorige_referentie": "R0",
        "toewijzing_nummer": "1002",
        "product_categorie": "45",
        "product_code": "45A04",
        "begindatum": "2026-04-01",
        "einddatum": "2026-04-30",
        "volume": "2",
        "eenheid": "04",
        "tarief": "1500",
        "bedrag": "-3000",
        "referentie_dubbel": "f",
    }
    assert (rijen(gelezen)[2]["tarief"], rijen(gelezen)[2]["vorige_referentie"]) == ("\\N", "\\N")
    assert prestaties(gelezen)[2] == PrestatieIngediend(
        volgnummer=2,
        client=client,
        referentie="R2",
        vorige_referentie="R0",
        toewijzing_nummer=1002,
        product_categorie="45",
        product_code="45A04",
        begindatum=date(2026, 4, 1),
        einddatum=date(2026, 4, 30),
        volume=2,
        eenheid="04",
        tarief=1500,
        bedrag=3000,
        debet_credit="C",
    )
    assert prestaties(gelezen)[3].client == client2
    assert gelezen.totalen == (
        PeriodeTotaal(dienstperiode=202602, product_categorie="46", bedrag=900),
        PeriodeTotaal(dienstperiode=202604, product_categorie="45", bedrag=4500),
    )


def test_a_prestatie_goes_to_the_partition_of_its_toewijzing() -> None:
    gelezen = lees(xml({BSN: [prestatie(f"R{n}", toewijzing_nummer=n) for n in range(1, 40)]}))
    for deel in gelezen.delen:
        for p in msgspec.json.decode(deel.data, type=DeclaratieIngediend).prestaties:
            assert deel.partition == partition_of(toewijzing_key("0193", p.toewijzing_nummer))
    assert len(prestaties(gelezen)) == 39


def test_no_bsn_in_what_is_not_encrypted() -> None:
    gelezen = lees(xml({BSN: [prestatie("R1")], BSN2: [prestatie("R2", toewijzing_nummer=2)]}))
    openbaar = b"".join(
        [
            gelezen.prestaties,
            gelezen.clienten.encode(),
            gelezen.referenties.encode(),
            build(gelezen.bericht),
            *(deel.data for deel in gelezen.delen),
        ]
    )
    assert BSN.encode() not in openbaar
    assert BSN2.encode() not in openbaar


def test_tr314_of_equal_references_in_one_message_the_first_keeps_the_number() -> None:
    eerste = [prestatie("R1"), prestatie("R2", toewijzing_nummer=2)]
    gelezen = lees(xml({BSN: eerste, BSN2: [prestatie("R1"), prestatie("R3", toewijzing_nummer=2)]}))
    assert [rij["referentie_dubbel"] for rij in rijen(gelezen)] == ["f", "f", "t", "f"]
    assert [prestaties(gelezen)[n].retourcodes for n in (1, 2, 3, 4)] == [(), (), ("8021",), ()]


def test_level_2_leaves_only_the_findings() -> None:
    gelezen = lees(xml({BSN: [prestatie("R1", 7500)]}, totaal=1))
    assert [bevinding.regel for bevinding in gelezen.bevindingen] == ["TR358"]
    assert gelezen.aantal_prestaties == 1
    assert (gelezen.prestaties, gelezen.delen, gelezen.totalen, gelezen.bsns) == (b"", (), (), b"")
    assert gelezen.compressed


def test_a_flood_of_findings_is_cut_off() -> None:
    gelezen = lees(xml({BSN: [prestatie(f"R{n}", begin=date(2020, 1, 1)) for n in range(300)]}))
    assert len(gelezen.bevindingen) == MAXIMUM_BEVINDINGEN


def test_a_trial_keeps_no_bytes() -> None:
    assert lees(xml({BSN: [prestatie("R1")]}), proef=True).compressed == b""


@pytest.mark.parametrize(
    ("data", "soort"),
    [
        (b"<x", "xml-onleesbaar"),
        (b"<!DOCTYPE x><x/>", "xml-onveilig"),
        (b"<bericht></bericht>", "onbekend-bericht"),
        (xml({BSN: [prestatie("R1")]}).replace(b">D1<", b">D 1<"), "xsd-ongeldig"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, soort: str) -> None:
    uitkomst = lees_declaratie(data, OPDRACHT)
    assert isinstance(uitkomst, Onleesbaar)
    assert uitkomst.soort == soort
    assert uitkomst.fouten


def test_free_text_cannot_break_a_row() -> None:
    raar = "a\\\t\r\nb"
    bericht = declaratie({BSN: [prestatie(raar), prestatie("R2", toewijzing_nummer=2, product_code="\\N")]})
    gelezen = lees(build(bericht))
    assert [len(regel.split("\t")) for regel in gelezen.prestaties.decode().splitlines()] == [len(KOLOMMEN)] * 2
    assert rijen(gelezen)[1]["product_code"] == "\\\\N"
    assert prestaties(gelezen)[1].referentie == gelezen.referenties.split(SCHEIDING)[0]


def test_markeer_dubbel_sets_the_flag_of_those_rows_only() -> None:
    gelezen = lees(xml({BSN: [prestatie(f"R{n}", toewijzing_nummer=n) for n in range(1, 5)]}))
    gemerkt = markeer_dubbel(gelezen.prestaties, frozenset({2, 4}))
    vlaggen = [regel.rsplit("\t", 1)[1] for regel in gemerkt.decode().splitlines()]
    assert vlaggen == ["f", "t", "f", "t"]
    assert markeer_dubbel(gemerkt, frozenset({2})) == gemerkt
    assert gemerkt.endswith(b"\n")
