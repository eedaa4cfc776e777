"""A backup of matching alone was put back, from before most of the work: what came after it comes from the others."""

from tests.herbouw.hulp import Stilstaand, verschil
from tests.herbouw.test_matching_verloren import ALLEEN_IN_EEN_RESERVEKOPIE


async def test_met_een_oude_reservekopie_is_alles_wat_anderen_weten_terug(stil: Stilstaand) -> None:
    voor, anderen = await stil.staat("matching", ALLEEN_IN_EEN_RESERVEKOPIE), await stil.gevolgen()
    await stil.zet_kopie_terug("matching")
    oude_besluiten = await stil.sql("SELECT * FROM matching.uitval_historie ORDER BY volgnummer")
    assert oude_besluiten
    assert verschil(voor, await stil.staat("matching", ALLEEN_IN_EEN_RESERVEKOPIE)) != {}
    uitkomst = await stil.herbouw("matching")
    assert uitkomst.afwijkingen == []
    assert ["contracten, beleid" in zin for zin in uitkomst.verslag.niet_te_herstellen] == [True]
    assert verschil(voor, await stil.staat("matching", ALLEEN_IN_EEN_RESERVEKOPIE)) == {}
    historie = await stil.sql("SELECT * FROM matching.uitval_historie ORDER BY volgnummer")
    assert historie[: len(oude_besluiten)] == oude_besluiten
    await stil.klopt()
    assert verschil(voor, await stil.staat("matching", ALLEEN_IN_EEN_RESERVEKOPIE)) == {}
    na = await stil.gevolgen()
    assert {service: na[service] for service in ("allocation", "invoice", "ledger")} == {
        service: anderen[service] for service in ("allocation", "invoice", "ledger")
    }
