"""Rebuilding matching: what it was it is again, and nobody is told anything new."""

from tests.herbouw.hulp import Stilstaand, verschil


async def test_een_gezonde_matching_blijft_wat_zij_was_en_zegt_niets(stil: Stilstaand) -> None:
    voor, gezegd, anderen = await stil.staat("matching"), await stil.gezegd("matching"), await stil.gevolgen()
    uitkomst = await stil.herbouw("matching")
    assert uitkomst.verslag.hersteld == {}
    assert uitkomst.verslag.niet_te_herstellen == []
    assert uitkomst.afwijkingen == []
    assert verschil(voor, await stil.staat("matching")) == {}
    assert await stil.gezegd("matching") == gezegd
    await stil.klopt()
    assert await stil.gevolgen() == anderen


async def test_wat_is_veranderd_of_verdwenen_wordt_hersteld(stil: Stilstaand) -> None:
    voor, gezegd = await stil.staat("matching"), await stil.gezegd("matching")
    for statement in (
        "UPDATE matching.toewijzing_saldi SET aantal_toegekend = aantal_toegekend + 1 WHERE toewijzing_nummer % 3 = 0",
        "DELETE FROM matching.toewijzing_saldi WHERE toewijzing_nummer % 5 = 1",
        "UPDATE matching.toewijzingen SET einddatum = '2031-01-01', aanbieder = '99999999'"
        " WHERE toewijzing_nummer % 4 = 0",
        "UPDATE matching.toewijzingen SET verplichting = NULL, verplichting_volgnummer = 0, geteld_tot = NULL"
        " WHERE toewijzing_nummer % 7 = 0",
        "DELETE FROM matching.toewijzingen WHERE toewijzing_nummer % 11 = 0",
        "UPDATE matching.prestaties SET toestand = 'toegekend', retourcodes = NULL, client_retourcodes = NULL"
        " WHERE toestand = 'afgewezen' AND volgnummer % 2 = 0",
        "UPDATE matching.prestaties SET toestand = 'afgewezen' WHERE toestand = 'toegekend' AND volgnummer % 5 = 0",
        "UPDATE matching.prestaties SET gekoppeld = NOT gekoppeld, verplicht = NOT verplicht, bedrag = bedrag + 1"
        " WHERE toestand = 'toegekend' AND volgnummer % 3 = 0",
        "UPDATE matching.prestaties SET gecrediteerd = NOT gecrediteerd, achteraf = NOT achteraf"
        " WHERE toestand = 'toegekend' AND volgnummer % 4 = 0",
        "DELETE FROM matching.prestaties WHERE bevindingen IS NULL AND volgnummer % 9 = 0",
        "UPDATE matching.declaraties SET declaratienummer = declaratienummer || 'x'",
        "INSERT INTO matching.prestaties (declaratie_id, volgnummer, domein, gemeente, aanbieder, client, referentie,"
        " toewijzing_nummer, product_categorie, product_code, begindatum, einddatum, volume, eenheid, bedrag,"
        " debet_credit, toestand, gekoppeld, verplicht) SELECT declaratie_id, 900000, domein, gemeente, aanbieder,"
        " client, 'verzonnen', toewijzing_nummer, product_categorie, product_code, begindatum, einddatum, volume,"
        " eenheid, bedrag, debet_credit, 'toegekend', true, true FROM matching.prestaties LIMIT 1",
    ):
        await stil.sql(statement)
    assert set(verschil(voor, await stil.staat("matching"))) == {
        "declaraties", "prestaties", "toewijzing_saldi", "toewijzingen"
    }  # fmt: skip
    uitkomst = await stil.herbouw("matching")
    assert verschil(voor, await stil.staat("matching")) == {}
    assert {"toewijzingen", "declaraties", "prestaties", "saldi", "verplichtingen"} <= uitkomst.verslag.hersteld.keys()
    assert uitkomst.verslag.hersteld["prestaties die niet gedeclareerd zijn"] == 1
    assert uitkomst.afwijkingen == []
    assert await stil.gezegd("matching") == gezegd
    assert (await stil.herbouw("matching")).verslag.hersteld == {}
    await stil.klopt()
