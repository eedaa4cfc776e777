"""Rebuilding allocation: counts and lists come from matching again."""

from tests.herbouw.hulp import Stilstaand, verschil


async def test_een_gezonde_allocation_blijft_wat_zij_was(stil: Stilstaand) -> None:
    voor, gezegd = await stil.gevolgen(), await stil.gezegd("allocation")
    uitkomst = await stil.herbouw("allocation")
    assert (uitkomst.verslag.hersteld, uitkomst.verslag.niet_te_herstellen) == ({}, [])
    assert await stil.gevolgen() == voor
    assert await stil.gezegd("allocation") == gezegd
    await stil.klopt()


async def test_wat_is_veranderd_of_verdwenen_wordt_hersteld(stil: Stilstaand) -> None:
    voor = await stil.staat("allocation")
    assert voor["productlijst_regels"]
    for statement in (
        "UPDATE allocation.gebruik SET aantal_toegekend = aantal_toegekend + 3 WHERE toewijzing_nummer % 2 = 0",
        "DELETE FROM allocation.gebruik WHERE toewijzing_nummer % 3 = 0",
        "INSERT INTO allocation.gebruik VALUES ('jw', '0193', 999999, 5)",
        "UPDATE allocation.productlijsten SET versie = versie + 4",
        "UPDATE allocation.productlijst_regels SET geldig_tot = '2031-01-01'",
    ):
        await stil.sql(statement)
    assert set(verschil(voor, await stil.staat("allocation"))) == {"gebruik", "productlijsten", "productlijst_regels"}
    uitkomst = await stil.herbouw("allocation")
    assert verschil(voor, await stil.staat("allocation")) == {}
    assert {"standen van gebruik", "productlijsten"} <= uitkomst.verslag.hersteld.keys()
    await stil.klopt()
