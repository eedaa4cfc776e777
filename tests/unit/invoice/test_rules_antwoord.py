"""A JW325 beside the JW323 it answers: each rule with an answer that fits and one that does not."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from ijw.antwoord import AfgewezenClient, AfgewezenPrestatie, antwoord_header, antwoord_oordeel
from ijw.berichten import JW323, JW325
from ijw.berichten.basis import BedragMetDC, BerichtIdentificatie, GeslotenPeriode, Referentie, XsdVersie
from ijw.bevinding import Bevinding
from ijw.codelijsten import Gemeente, Gemeentelijst
from ijw.teksten import uitleg
from services.invoice.rules import Antwoordfeiten, beoordeel_antwoord
from tests.unit.invoice.bouwen import BSN, BSN2, declaratie, prestatie

HEEN = declaratie(
    {
        BSN: [prestatie("R1"), prestatie("R2", -3000, vorige="R0", toewijzing_nummer=1002)],
        BSN2: [prestatie("R3", 4500)],
    }
)
GEMEENTEN = Gemeentelijst(
    [
        Gemeente("0193", "Zwolle", "Overijssel"),
        Gemeente("0999", "Opgeheven", "Nergens", geldig_tot=date(2025, 12, 31)),
    ]
)
VANDAAG = date(2026, 5, 7)
EIGEN: dict[str, Any] = {
    "identificatie": "HF0000000001",
    "dagtekening": VANDAAG,
    "xsd_versie": XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.0"),
}
TERUG = "/Bericht/DeclaratieAntwoord/Clienten/Client[1]/Prestaties/Prestatie[1]"


def antwoord(heen: JW323 = HEEN) -> JW325:
    """Everything of the first client comes back."""
    eerste = heen.declaratie.clienten[0]
    afgewezen = AfgewezenClient(
        bsn=eerste.bsn,
        prestaties=tuple(AfgewezenPrestatie(prestatie=p, retour_codes=("9321",)) for p in eerste.prestaties),
    )
    return antwoord_oordeel(
        heen.header,
        [afgewezen],
        declaratie_nummer=heen.declaratie.declaratie_nummer,
        totaal_ingediend_cent=heen.declaratie.totaal_ingediend_bedrag.met_teken,
        **EIGEN,
    )


def gevonden(jw325: JW325, heen: JW323 = HEEN, **anders: Any) -> list[tuple[str, str]]:
    return [(bevinding.regel, bevinding.pad) for bevinding in bevindingen(jw325, heen, **anders)]


def bevindingen(jw325: JW325, heen: JW323 = HEEN, **anders: Any) -> tuple[Bevinding, ...]:
    feiten: dict[str, Any] = {"heen": heen, "vandaag": VANDAAG, "gemeenten": GEMEENTEN} | anders
    return beoordeel_antwoord(jw325, Antwoordfeiten(**feiten))


def met_kop(jw325: JW325, **velden: Any) -> JW325:
    return replace(jw325, header=replace(jw325.header, **velden))


def met_deel(jw325: JW325, **velden: Any) -> JW325:
    assert jw325.declaratie_antwoord is not None
    return replace(jw325, declaratie_antwoord=replace(jw325.declaratie_antwoord, **velden))


def met_prestatie(velden: Mapping[str, Any], bsn: str = BSN) -> JW325:
    """The answer with other values in the first Prestatie that comes back."""
    jw325 = antwoord()
    assert jw325.declaratie_antwoord is not None
    (client,) = jw325.declaratie_antwoord.clienten
    eerste = replace(client.prestaties[0], **velden)
    return met_deel(jw325, clienten=(replace(client, bsn=bsn, prestaties=(eerste, *client.prestaties[1:])),))


def test_an_answer_that_fits_has_no_findings() -> None:
    assert gevonden(antwoord()) == []
    assert gevonden(antwoord_header(HEEN.header, ("0001",), **EIGEN)) == []


def test_tr056_one_answer_under_one_identificatie() -> None:
    kop = "/Bericht/Header"
    assert gevonden(antwoord(), identificatie_gebruikt=True) == [("TR056", f"{kop}/BerichtIdentificatie/Identificatie")]
    (bevinding,) = bevindingen(antwoord(), eerder_beantwoord=True)
    assert (bevinding.regel, bevinding.pad) == ("TR056", f"{kop}/DeclaratieIdentificatie/Identificatie")
    assert uitleg(bevinding) == "declaratie B1 is al eerder beantwoord (TR056)"


def test_tr135_neither_date_lies_in_the_future() -> None:
    assert gevonden(antwoord(), vandaag=date(2026, 5, 6)) == [
        ("TR135", "/Bericht/Header/BerichtIdentificatie/Dagtekening")
    ]
    later = declaratie({BSN: [prestatie("R1")]}, dagtekening=date(2026, 5, 8))
    assert gevonden(antwoord(later), later) == [("TR135", "/Bericht/Header/DeclaratieIdentificatie/Dagtekening")]
    for code in ("8848", "0001"):
        assert gevonden(antwoord_header(later.header, (code,), **EIGEN), later) == [], code


def test_tr304_client_of_the_declaratie() -> None:
    (bevinding, *_) = bevindingen(met_prestatie({}, bsn="999900031"))
    assert (bevinding.regel, bevinding.retourcode) == ("TR304", "8187")
    assert bevinding.pad == "/Bericht/DeclaratieAntwoord/Clienten/Client[1]/Bsn"
    assert uitleg(bevinding) == "deze client staat niet in declaratie D1 (TR304, OP276)"


@pytest.mark.parametrize("anders", [{"identificatie": "B2"}, {"dagtekening": date(2026, 5, 5)}])
def test_tr337_identification_of_the_declaratie(anders: dict[str, Any]) -> None:
    ander = replace(HEEN.header.bericht_identificatie, **anders)
    jw325 = met_kop(antwoord(), declaratie_identificatie=ander)
    assert gevonden(jw325) == [("TR337", "/Bericht/Header/DeclaratieIdentificatie")]


@pytest.mark.parametrize("partijen", [{"ontvanger": "87654321"}, {"afzender": "0999"}])
def test_tr337_parties_of_the_declaratie_turned_round(partijen: dict[str, str]) -> None:
    assert gevonden(met_kop(antwoord(), **partijen)) == [("TR337", "/Bericht/Header/Afzender")]


@pytest.mark.parametrize(
    "referentie",
    [Referentie(referentie_nummer="R9"), Referentie(referentie_nummer="R1", vorig_referentie_nummer="R0")],
)
def test_tr366_reference_of_the_declaratie(referentie: Referentie) -> None:
    jw325 = met_prestatie({"product_referentie": referentie})
    assert gevonden(jw325) == [("TR366", f"{TERUG}/ProductReferentie")]


def test_tr366_reference_of_another_client() -> None:
    jw325 = met_prestatie({"product_referentie": Referentie(referentie_nummer="R3")})
    assert gevonden(jw325) == [("TR366", f"{TERUG}/ProductReferentie")]


@pytest.mark.parametrize(
    ("element", "velden"),
    [
        ("ToewijzingNummer", {"toewijzing_nummer": 1}),
        ("ProductCategorie", {"product_categorie": "46"}),
        ("ProductCode", {"product_code": "45A05"}),
        (
            "ProductPeriode",
            {"product_periode": GeslotenPeriode(begindatum=date(2026, 4, 1), einddatum=date(2026, 4, 2))},
        ),
        ("GeleverdVolume", {"geleverd_volume": 1}),
        ("Eenheid", {"eenheid": "01"}),
        ("ProductTarief", {"product_tarief": None}),
        ("ProductTarief", {"product_tarief": 0}),
        ("IngediendBedrag", {"ingediend_bedrag": BedragMetDC(bedrag=7500, debet_credit="C")}),
        ("IngediendBedrag", {"ingediend_bedrag": BedragMetDC(bedrag=7501, debet_credit="D")}),
    ],
)
def test_tr367_every_element_as_declared(element: str, velden: dict[str, Any]) -> None:
    (bevinding,) = bevindingen(met_prestatie(velden))
    assert (bevinding.regel, bevinding.retourcode, bevinding.pad) == ("TR367", "9367", f"{TERUG}/{element}")
    assert bevinding.invoer["gedeclareerd"] != bevinding.invoer["verwacht"]


def test_tr367_of_equal_references_one_has_to_fit() -> None:
    twee = declaratie({BSN: [prestatie("R1"), prestatie("R1", 3000, toewijzing_nummer=1002)]})
    assert gevonden(antwoord(twee), twee) == []


def test_tr371_versions_of_the_declaratie() -> None:
    assert HEEN.header.xsd_versie.bericht_xsd_versie == "1.0.1"
    jw325 = met_kop(antwoord(), xsd_versie_declaratie=EIGEN["xsd_versie"])
    assert gevonden(jw325) == [("TR371", "/Bericht/Header/XsdVersieDeclaratie")]
    assert "1.0.0 en 1.0.0; de declaratie is gemaakt met 1.0.0 en 1.0.1" in uitleg(bevindingen(jw325)[0])


def test_tr376_number_of_the_declaratie() -> None:
    jw325 = met_deel(antwoord(), declaratie_nummer="D2")
    assert gevonden(jw325) == [("TR376", "/Bericht/DeclaratieAntwoord/DeclaratieNummer")]


def test_tr378_gemeente_that_exists_or_existed() -> None:
    opgeheven = declaratie({BSN: [prestatie("R1")]}, gemeente="0999")
    assert gevonden(antwoord(opgeheven), opgeheven) == []
    onbekend = declaratie({BSN: [prestatie("R1")]}, gemeente="0001")
    assert gevonden(antwoord(onbekend), onbekend) == [("TR378", "/Bericht/Header/Afzender")]
    for code in ("S300", "0001"):
        assert gevonden(antwoord_header(onbekend.header, (code,), **EIGEN), onbekend) == [], code


def test_an_answer_to_another_message_altogether_is_seen() -> None:
    vreemd = declaratie({BSN2: [prestatie("R7")]}, identificatie="B7", nummer="D7")
    assert {regel for regel, _ in gevonden(antwoord(), vreemd)} == {"TR304", "TR337", "TR366", "TR376"}
    assert antwoord().header.declaratie_identificatie == BerichtIdentificatie(
        identificatie="B1", dagtekening=date(2026, 5, 6)
    )
