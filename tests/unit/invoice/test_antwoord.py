"""The JW325 from stored rows: every case of the standard below the Declaratie."""

import re
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ijw.berichten import JW323, JW325
from ijw.berichten.basis import XsdVersie
from ijw.codec import parse
from ijw.regels import niveau2
from services.invoice.antwoord import EigenKop, bouw
from services.invoice.handlers import verzamel
from services.invoice.store.verdicten import Afwijzing, bereiken
from services.platform.events import DeclaratieBeoordeeld, PrestatieAfgewezen
from services.platform.releases import releases_uit
from services.platform.settings import Settings
from tests.unit.invoice.bouwen import BSN, BSN2, declaratie, prestatie

RELEASES = releases_uit(Settings().releases)
KOP = EigenKop("HF0000000001", date(2026, 5, 7), XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.0"))
HEEN = declaratie(
    {
        BSN: [prestatie("R1", 7500), prestatie("R2", -3000, vorige="R0", toewijzing_nummer=1002)],
        BSN2: [prestatie("R3", 4500), prestatie("R4", 0, toewijzing_nummer=1004)],
    }
)


def bouw_met(verdicten: dict[int, tuple[list[str], list[str]]], **anders: Any) -> JW325:
    """The answer when these volgnummers were rejected with (retourcodes, client_retourcodes)."""
    rijen: list[Any] = []
    volgnummer = 0
    for clientnummer, client in enumerate(HEEN.declaratie.clienten, 1):
        for p in client.prestaties:
            volgnummer += 1
            if volgnummer in verdicten:
                codes, client_codes = verdicten[volgnummer]
                rijen.append(
                    {
                        "clientnummer": clientnummer,
                        "referentie": p.product_referentie.referentie_nummer,
                        "vorige_referentie": p.product_referentie.vorig_referentie_nummer,
                        "toewijzing_nummer": p.toewijzing_nummer,
                        "product_categorie": p.product_categorie,
                        "product_code": p.product_code,
                        "begindatum": p.product_periode.begindatum,
                        "einddatum": p.product_periode.einddatum,
                        "volume": p.geleverd_volume,
                        "eenheid": p.eenheid,
                        "tarief": p.product_tarief,
                        "bedrag": p.ingediend_bedrag.met_teken,
                        "retourcodes": codes,
                        "client_retourcodes": client_codes,
                    }
                )
    afgewezen = sum(rij["bedrag"] for rij in rijen)
    row: Any = {
        "declaratie_id": UUID(int=1),
        "declaratienummer": "D1",
        "gemeente": "0193",
        "aanbieder": "12345678",
        "identificatie": "B1",
        "bericht_dagtekening": date(2026, 5, 6),
        "bericht_versie": 3,
        "bericht_subversie": 2,
        "basisschema_xsd_versie": "1.0.0",
        "bericht_xsd_versie": "1.0.1",
        "totaal_ingediend": 9000,
        "totaal_toegekend": 9000 - afgewezen,
    } | anders
    jw325, xml = bouw(RELEASES, row, rijen, [BSN, BSN2], KOP)
    assert parse(xml) == jw325
    assert niveau2(jw325) == ()
    return jw325


def inhoud(jw325: JW325) -> list[tuple[str, tuple[str, ...], list[tuple[str, tuple[str, ...]]]]]:
    assert jw325.declaratie_antwoord is not None
    return [
        (
            client.bsn,
            client.retour_codes,
            [(p.product_referentie.referentie_nummer, p.retour_codes) for p in client.prestaties],
        )
        for client in jw325.declaratie_antwoord.clienten
    ]


def test_all_granted() -> None:
    jw325 = bouw_met({})
    assert jw325.header.retour_codes == ("0200",)
    assert jw325.header.declaratie_identificatie == HEEN.header.bericht_identificatie
    assert jw325.header.xsd_versie_declaratie == HEEN.header.xsd_versie
    assert (jw325.header.afzender, jw325.header.ontvanger) == ("0193", "12345678")
    antwoord = jw325.declaratie_antwoord
    assert antwoord is not None
    assert antwoord.retour_codes == ("8001",)
    assert antwoord.totaal_toegekend_bedrag == antwoord.totaal_ingediend_bedrag
    assert antwoord.clienten == ()


def test_a_rejected_prestatie_repeats_the_declaratie_and_carries_its_codes_sorted_once() -> None:
    jw325 = bouw_met({2: (["9390", "8017", "9390"], []), 3: (["9321"], [])})
    assert inhoud(jw325) == [
        (BSN, ("0200",), [("R2", ("8017", "9390"))]),
        (BSN2, ("0200",), [("R3", ("9321",))]),
    ]
    antwoord = jw325.declaratie_antwoord
    assert antwoord is not None
    assert antwoord.retour_codes == ("0200",)
    assert antwoord.totaal_toegekend_bedrag.met_teken == 9000 + 3000 - 4500
    terug, heen = antwoord.clienten[0].prestaties[0], HEEN.declaratie.clienten[0].prestaties[1]
    for veld in heen.__struct_fields__:
        assert getattr(terug, veld) == getattr(heen, veld), veld


def test_a_code_on_the_client_leaves_all_its_prestaties_unjudged() -> None:
    jw325 = bouw_met({1: ([], ["8187"]), 2: (["9384"], []), 4: (["9322"], [])})
    assert inhoud(jw325) == [
        (BSN, ("8187",), [("R1", ("0233",)), ("R2", ("0233",))]),
        (BSN2, ("0200",), [("R4", ("9322",))]),
    ]


def test_nothing_granted_is_a_total_of_zero() -> None:
    jw325 = bouw_met({n: (["9319"], []) for n in range(1, 5)})
    assert jw325.declaratie_antwoord is not None
    assert jw325.declaratie_antwoord.totaal_toegekend_bedrag.met_teken == 0


def test_totals_that_do_not_explain_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="TR342"):
        bouw_met({3: (["9321"], [])}, totaal_toegekend=9000)


@given(st.lists(st.integers(1, 60)))
def test_ranges_hold_the_volgnummers_and_no_others(volgnummers: list[int]) -> None:
    delen = [(int(begin), int(eind)) for begin, eind in re.findall(r"\[(\d+),(\d+)\]", bereiken(volgnummers))]
    assert [nummer for begin, eind in delen for nummer in range(begin, eind + 1)] == sorted(set(volgnummers))
    assert all(volgende > eind + 1 for (_, eind), (volgende, _) in pairwise(delen))


def test_ranges_are_written_as_postgresql_reads_them() -> None:
    assert bereiken([3, 1, 2, 5, 3]) == "{[1,3],[5,5]}"
    assert bereiken([]) == "{}"


def test_verdicts_of_a_batch_become_columns() -> None:
    een, twee = str(UUID(int=1)), str(UUID(int=2))
    verdicten = verzamel(
        [
            DeclaratieBeoordeeld(domein="jw", declaratie_id=een, gemeente="0193", toegekend=(3, 1), in_uitval=(7,)),
            DeclaratieBeoordeeld(
                domein="jw",
                declaratie_id=twee,
                gemeente="0193",
                afgewezen=(
                    PrestatieAfgewezen(volgnummer=4, retourcodes=("9322", "9321", "9322")),
                    PrestatieAfgewezen(volgnummer=5, retourcodes=(), client_retourcodes=("8187",)),
                ),
            ),
            DeclaratieBeoordeeld(domein="jw", declaratie_id=een, gemeente="0193", toegekend=(2,)),
        ]
    )
    assert verdicten.declaraties == [UUID(int=1), UUID(int=2)]
    assert verdicten.toegekend == {1: [3, 1, 2]}
    assert verdicten.uitval == ([1], [7])
    assert verdicten.afgewezen == [Afwijzing(2, 4, "9321,9322", ""), Afwijzing(2, 5, "", "8187")]


def test_the_example_is_a_good_declaratie() -> None:
    assert isinstance(HEEN, JW323)
    assert niveau2(HEEN) == ()
