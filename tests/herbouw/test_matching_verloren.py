"""Matching's tables are gone: everything that others know of comes back, and nobody hears anything else than before."""

from typing import Any, Final

import pytest

from services.platform.herbouw import Toestand
from tests.herbouw.hulp import Stilstaand, verschil
from tests.services.systeem import Systeem

ALLEEN_IN_EEN_RESERVEKOPIE: Final = (
    *("contracten", "contractregels", "beleid", "productlijsten", "productlijst_regels"),
    *("uitval", "uitval_historie", "prestaties.uitval_id", "prestaties.bevindingen"),
)
_PRIMAIR: Final = ("contracten", "contractregels", "beleid", "productlijsten", "productlijst_regels")


async def _verlies(stil: Stilstaand) -> None:
    await stil.sql("DROP SCHEMA matching CASCADE")


async def _antwoorden(systeem: Systeem) -> list[tuple[Any, ...]]:
    connection = await systeem.connect("invoice")
    try:
        rows = await connection.fetch(
            "SELECT d.declaratie_id, d.status, d.aantal_toegekend, d.aantal_afgewezen, d.totaal_toegekend, b.xml"
            " FROM declaraties d LEFT JOIN berichten b ON b.bericht_id = d.antwoord_bericht_id ORDER BY 1"
        )
        return [tuple(row) for row in rows]
    finally:
        await connection.close()


async def test_na_het_verlies_van_matching_is_alles_wat_anderen_weten_terug(stil: Stilstaand) -> None:
    voor, anderen = await stil.staat("matching", ALLEEN_IN_EEN_RESERVEKOPIE), await stil.gevolgen()
    open_voor = await _open_uitval(stil)
    await _verlies(stil)
    uitkomst = await stil.herbouw("matching")
    assert uitkomst.toestand is Toestand.VERLOREN
    assert uitkomst.afwijkingen == []
    assert any("contracten" in zin for zin in uitkomst.verslag.niet_te_herstellen)
    assert any("lieten vervallen" in zin for zin in uitkomst.verslag.niet_te_herstellen)
    na = await stil.staat("matching", ALLEEN_IN_EEN_RESERVEKOPIE)
    assert verschil(voor, na) == {}
    assert await _open_uitval(stil) == open_voor
    async with stil.aan_het_werk() as systeem:
        antwoorden = await _antwoorden(systeem)
        await systeem.drained()
        assert await _antwoorden(systeem) == antwoorden
    await stil.klopt()
    # What was said again changed nothing with anybody, nor with matching itself.
    assert verschil(voor, await stil.staat("matching", ALLEEN_IN_EEN_RESERVEKOPIE)) == {}
    for service in ("allocation", "invoice", "ledger"):
        assert (await stil.gevolgen())[service] == anderen[service], service


async def _open_uitval(stil: Stilstaand) -> list[tuple[Any, ...]]:
    """Which prestaties wait for a person."""
    rows = await stil.sql(
        "SELECT p.declaratie_id, p.volgnummer, u.soort"
        " FROM matching.prestaties p JOIN matching.uitval u USING (uitval_id)"
        " WHERE u.status = 'open' AND p.toestand = 'inUitval' ORDER BY 1, 2"
    )
    return [tuple(row) for row in rows]


async def test_de_nieuwe_outbox_telt_verder_waar_anderen_waren(stil: Stilstaand) -> None:
    """Allocation keeps by number which count is the last word: a lower one would never be heard again."""
    ((verwerkt,),) = await stil.sql("SELECT max(volgnummer) FROM allocation.gebruik")
    await _verlies(stil)
    await stil.herbouw("matching")
    ((eerste,),) = await stil.sql("SELECT min(volgnummer) FROM matching.outbox")
    assert eerste > verwerkt > 0


async def test_wat_opnieuw_is_gezegd_staat_weer_in_de_outbox_en_een_tweede_keer_zegt_niets(stil: Stilstaand) -> None:
    await _verlies(stil)
    eerst = await stil.herbouw("matching")
    assert eerst.verslag.opnieuw_gezegd > 0
    gezegd, staat = await stil.gezegd("matching"), await stil.staat("matching")
    nog_eens = await stil.herbouw("matching")
    assert nog_eens.toestand is Toestand.AANWEZIG
    assert nog_eens.verslag.opnieuw_gezegd == 0
    assert nog_eens.verslag.hersteld == {}
    assert await stil.gezegd("matching") == gezegd
    assert verschil(staat, await stil.staat("matching")) == {}


async def test_met_de_contracten_terug_uit_een_reservekopie_werkt_matching_verder(stil: Stilstaand) -> None:
    bewaard = {tabel: await stil.sql(f"SELECT row_to_json(t)::text FROM matching.{tabel} t") for tabel in _PRIMAIR}
    voor, anderen = await stil.staat("matching", ALLEEN_IN_EEN_RESERVEKOPIE), await stil.gevolgen()
    await _verlies(stil)
    await stil.herbouw("matching")
    await stil.sql("TRUNCATE matching.productlijsten, matching.productlijst_regels")
    for tabel, rijen in bewaard.items():
        for (rij,) in rijen:
            await stil.sql(
                f"INSERT INTO matching.{tabel} SELECT * FROM json_populate_record(NULL::matching.{tabel}, $1::json)",
                rij,
            )
    uitkomst = await stil.herbouw("matching")
    assert (uitkomst.verslag.hersteld, uitkomst.verslag.opnieuw_gezegd) == ({}, 0)
    assert verschil(voor, await stil.staat("matching", ALLEEN_IN_EEN_RESERVEKOPIE)) == {}
    await stil.klopt()
    assert (await stil.gevolgen())["ledger"] == anderen["ledger"]


async def test_een_eigen_productlijst_komt_terug_zoals_allocation_haar_kent_en_gaat_verder_bij_de_volgende_versie(
    stil: Stilstaand,
) -> None:
    vraag = (
        "SELECT l.gemeente, l.versie, r.code, r.categorie, r.geldig_van, r.geldig_tot"
        " FROM matching.productlijsten l LEFT JOIN matching.productlijst_regels r USING (domein, gemeente, versie)"
        " WHERE l.versie = (SELECT max(versie) FROM matching.productlijsten h WHERE h.gemeente = l.gemeente)"
        " ORDER BY 1, 3, 5"
    )
    voor = await stil.sql(vraag)
    assert voor
    await _verlies(stil)
    await stil.herbouw("matching")
    assert await stil.sql(vraag) == voor


@pytest.mark.parametrize("stap", range(1, 8))
async def test_afgebroken_en_opnieuw_gedaan_is_als_in_een_keer(
    stil: Stilstaand, monkeypatch: pytest.MonkeyPatch, stap: int
) -> None:
    from services.matching import herbouw

    voor, anderen = await stil.staat("matching", ALLEEN_IN_EEN_RESERVEKOPIE), await stil.gevolgen()
    await _verlies(stil)
    stappen = [
        *("herbouw_toewijzingen", "herbouw_prestaties", "herbouw_saldi", "herbouw_uitval", "herbouw_verplichtingen"),
        *("herhaal", "zet_plaatsen"),
    ]

    async def afgebroken(*_: object, **__: object) -> None:
        raise ConnectionResetError("afgebroken")

    with monkeypatch.context() as patched:
        patched.setattr(herbouw, stappen[stap - 1], afgebroken)
        with pytest.raises(ConnectionResetError):
            await stil.herbouw("matching")
    await stil.herbouw("matching")
    assert verschil(voor, await stil.staat("matching", ALLEEN_IN_EEN_RESERVEKOPIE)) == {}
    await stil.klopt()
    assert (await stil.gevolgen())["ledger"] == anderen["ledger"]
    assert (await stil.gevolgen())["invoice"] == anderen["invoice"]
