"""Rebuilding the ledger: no boeking is ever rewritten, and what follows from them is made anew."""

from typing import Any

import asyncpg
import pytest

from services.platform.herbouw import Toestand
from services.platform.herbouw.model import RebuildRefusedError
from tests.herbouw.hulp import Stilstaand, verschil


async def test_een_gezonde_ledger_blijft_wat_zij_was(stil: Stilstaand) -> None:
    voor = await stil.gevolgen()
    uitkomst = await stil.herbouw("ledger")
    assert (uitkomst.verslag.hersteld, uitkomst.verslag.niet_te_herstellen) == ({}, [])
    assert uitkomst.verslag.gelezen["boekingen"] > 500
    assert await stil.gevolgen() == voor
    await stil.klopt()


async def test_wat_uit_boekingen_volgt_wordt_hersteld_en_de_boekingen_blijven(stil: Stilstaand) -> None:
    voor = await stil.staat("ledger")
    for statement in (
        "UPDATE ledger.saldi SET debet = debet + 5 WHERE rekening % 2 = 0",
        "DELETE FROM ledger.dagtotalen WHERE rekening = 4400",
        "INSERT INTO ledger.saldi VALUES ('jw', '0193', 2019, 4400, '45', 7, 7)",
        "UPDATE ledger.toewijzing_saldi SET toegekend = toegekend + 1, verplicht = verplicht * 2"
        " WHERE toewijzing_nummer % 2 = 0",
        "UPDATE ledger.toewijzing_saldi SET boeking = NULL, productcategorie = 'x' WHERE toewijzing_nummer % 3 = 0",
        "DELETE FROM ledger.toewijzing_saldi WHERE toewijzing_nummer % 5 = 0",
        "UPDATE ledger.verplichtingen SET volgnummer = 99, grondslag = 'budget' WHERE toewijzing_nummer % 2 = 1",
        "DELETE FROM ledger.verplichtingen WHERE toewijzing_nummer % 7 = 0",
        "UPDATE ledger.grootboeken SET laatste_nummer = laatste_nummer - 2, laatste_hash = 'weg'"
        " WHERE gemeente = '0193'",
        "DELETE FROM ledger.grootboeken WHERE gemeente = '0150'",
    ):
        await stil.sql(statement)
    uitkomst = await stil.herbouw("ledger")
    assert verschil(voor, await stil.staat("ledger")) == {}
    assert uitkomst.afwijkingen == []
    assert {"saldi", "dagtotalen", "standen van toewijzingen", "uitspraken over toewijzingen"} <= (
        uitkomst.verslag.hersteld.keys()
    )
    await stil.klopt()


@pytest.mark.parametrize(
    ("statement", "wat"),
    [
        (
            "UPDATE ledger.boekingen SET omschrijving = 'x' WHERE gemeente = '0193' AND nummer = 5",
            "Boeking 5 de inhoud",
        ),
        ("DELETE FROM ledger.boekingen WHERE gemeente = '0193' AND nummer = 4", "Boeking 4 ontbreekt"),
        (
            "DELETE FROM ledger.boekingen b WHERE gemeente = '0193' AND nummer ="
            " (SELECT max(nummer) FROM ledger.boekingen WHERE gemeente = '0193')",
            "ontbreekt",
        ),
    ],
    ids=["gewijzigd", "een weg", "de laatste weg"],
)
async def test_op_een_boeking_die_niet_meer_klopt_wordt_niet_gebouwd(
    stil: Stilstaand, statement: str, wat: str
) -> None:
    await _als_superuser(stil, statement)
    await stil.sql("UPDATE ledger.saldi SET debet = debet + 5")
    voor = await stil.staat("ledger")
    with pytest.raises(RebuildRefusedError, match=wat):
        await stil.herbouw("ledger")
    assert verschil(voor, await stil.staat("ledger")) == {}


async def _als_superuser(stil: Stilstaand, statement: str) -> None:
    """Past the triggers that refuse it."""
    connection = await asyncpg.connect(stil.dsn)
    try:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(statement)
    finally:
        await connection.close()


async def test_zonder_de_outbox_van_matching_gaat_die_voor(stil: Stilstaand) -> None:
    await stil.sql(
        "DELETE FROM matching.outbox WHERE topic = 'mutaties' AND xid < (SELECT max(xid) FROM matching.outbox)"
    )
    with pytest.raises(RebuildRefusedError, match="herbouw eerst matching"):
        await stil.herbouw("ledger")


async def _feiten(stil: Stilstaand) -> list[tuple[Any, ...]]:
    """Every boeking but those of a begroting, without its place in the chain; what it takes back by key."""
    rows = await stil.sql(
        "SELECT b.gemeente, b.sleutel, b.soort, b.boekjaar, b.boekdatum, b.dienstperiode, b.omschrijving, b.inhoud,"
        " b.rekeningen, b.productcategorieen, b.bedragen, t.sleutel AS terug FROM ledger.boekingen b"
        " LEFT JOIN ledger.boekingen t ON t.gemeente = b.gemeente AND t.nummer = b.tegenboeking_van"
        " WHERE b.bron <> 'begroting' ORDER BY 1, 2"
    )
    return [tuple(str(value) for value in row) for row in rows]


async def _saldi(stil: Stilstaand) -> list[tuple[Any, ...]]:
    rows = await stil.sql(
        "SELECT gemeente, boekjaar, rekening, productcategorie, debet - credit FROM ledger.saldi"
        " WHERE rekening NOT BETWEEN 9000 AND 9199 AND debet <> credit ORDER BY 1, 2, 3, 4"
    )
    return [tuple(row) for row in rows]


async def test_een_verloren_grootboek_wordt_opnieuw_geboekt(stil: Stilstaand) -> None:
    saldi, anderen = await _saldi(stil), await stil.gevolgen()
    standen = await stil.sql(
        "SELECT toewijzing_nummer, gemeente, jaar, verplicht, toegekend, productcategorie, reeds_toegekend"
        " FROM ledger.toewijzing_saldi ORDER BY 1, 2, 3"
    )
    feiten = {(*rij[:3], rij[-1]) for rij in await _feiten(stil)}
    await stil.sql("DROP SCHEMA ledger CASCADE")
    uitkomst = await stil.herbouw("ledger")
    assert uitkomst.toestand is Toestand.VERLOREN
    assert any("begrotingen" in zin for zin in uitkomst.verslag.niet_te_herstellen)
    assert any("lieten vervallen" in zin for zin in uitkomst.verslag.niet_te_herstellen)
    assert uitkomst.afwijkingen == []
    assert await _saldi(stil) == saldi
    assert {(*rij[:3], rij[-1]) for rij in await _feiten(stil)} == feiten
    assert standen == await stil.sql(
        "SELECT toewijzing_nummer, gemeente, jaar, verplicht, toegekend, productcategorie, reeds_toegekend"
        " FROM ledger.toewijzing_saldi ORDER BY 1, 2, 3"
    )
    await stil.klopt()
    na = await stil.gevolgen()
    assert {naam: na[naam] for naam in na if naam != "ledger"} == {
        naam: anderen[naam] for naam in anderen if naam != "ledger"
    }


async def test_elke_boeking_krijgt_de_dag_van_haar_gebeurtenis(stil: Stilstaand) -> None:
    await stil.sql("UPDATE matching.outbox SET tijd = tijd - interval '9 days' WHERE topic = 'verplichtingen'")
    await stil.sql("DROP SCHEMA ledger CASCADE")
    await stil.herbouw("ledger")
    dagen = await stil.sql("SELECT DISTINCT boekdatum FROM ledger.boekingen ORDER BY 1")
    assert [str(rij["boekdatum"]) for rij in dagen] == ["2026-04-27", "2026-05-06"]


async def test_afgebroken_boeken_gaat_verder_waar_het_was(stil: Stilstaand, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.ledger.herbouw import opnieuw

    saldi = await _saldi(stil)
    await stil.sql("DROP SCHEMA ledger CASCADE")
    echt, gedaan = opnieuw.deliver, 0

    async def tot_een_punt(*arguments: Any) -> int:
        nonlocal gedaan
        gedaan += 1
        if gedaan > 4:
            raise ConnectionResetError("afgebroken")
        return await echt(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(opnieuw, "deliver", tot_een_punt)
        with pytest.raises(ConnectionResetError):
            await stil.herbouw("ledger")
    assert (await stil.herbouw("ledger")).toestand is Toestand.VERLOREN
    assert await _saldi(stil) == saldi
    await stil.klopt()


async def test_matching_en_ledger_na_elkaar_verloren(stil: Stilstaand) -> None:
    """What matching said again is all there is to book from."""
    saldi, feiten = await _saldi(stil), {(*rij[:3], rij[-1]) for rij in await _feiten(stil)}
    await stil.sql("DROP SCHEMA matching CASCADE")
    await stil.herbouw("matching")
    await stil.klopt()
    await stil.sql("DROP SCHEMA ledger CASCADE")
    await stil.herbouw("ledger")
    assert await _saldi(stil) == saldi
    assert {(*rij[:3], rij[-1]) for rij in await _feiten(stil) if "verplichting" not in rij[1]} == {
        feit for feit in feiten if "verplichting" not in feit[1]
    }
    await stil.klopt()
