"""Terms watched: gauges, what the check says of parties, and what it finds wrong with the rows."""

import pytest

from ijw.termijnen import Soort, Stand
from services.allocation.service import SERVICE
from services.allocation.termijnen import BRON, vul_aan
from services.platform.metrics import exposition
from services.platform.termijnen.meten import termijnen_task
from tests.services.allocation_termijnen import dag, termijnen
from tests.services.allocation_verkeer import controle, geaccepteerd, namens
from tests.services.systeem import Systeem
from tests.unit.allocation.regievoorbeelden import jw305, start
from tests.unit.allocation.retouren import xml_op
from tests.unit.allocation.voorbeelden import jw301, toewijzing
from tests.unit.allocation.voorbeelden_verzoek import jw315, jw319

SERVICES = ("allocation",)
GEMEENTE, AANBIEDER = "0193", "12345678"


async def test_gauges_count_by_kind_and_status(systeem: Systeem) -> None:
    context = systeem.runtime.contexts["allocation"]
    taak = termijnen_task("allocation", BRON)
    await geaccepteerd(systeem, jw301())
    await geaccepteerd(systeem, jw305(start(None, toewijzing_ingangsdatum=None)))
    dag(systeem, 5, 12)
    await geaccepteerd(systeem, jw301(toewijzing(2), identificatie="2"))
    await taak.run(context)
    tekst = exposition("allocation")[0].decode()

    def waarde(soort: Soort, status: Stand) -> float:
        (regel,) = [
            regel
            for regel in tekst.splitlines()
            if regel.startswith("happyflow_termijnen{")
            and f'soort="{soort}"' in regel
            and f'status="{status}"' in regel
        ]
        return float(regel.split()[-1])

    assert [waarde(Soort.RETOUR, stand) for stand in Stand] == [1, 0, 2]
    assert [waarde(Soort.OPHALEN, stand) for stand in Stand] == [2, 0, 4]
    assert waarde(Soort.START, Stand.TE_LAAT) == 1
    assert waarde(Soort.ONDERZOEK, Stand.TE_LAAT) == 0
    assert GEMEENTE not in "".join(regel for regel in tekst.splitlines() if "happyflow_termijnen" in regel)
    # What came late is signalled for thirty days.
    dag(systeem, 6, 30)
    await taak.run(context)
    tekst = exposition("allocation")[0].decode()
    assert waarde(Soort.START, Stand.TE_LAAT) == 0
    assert [waarde(Soort.RETOUR, stand) for stand in Stand] == [0, 0, 3]


async def test_late_terms_are_said_and_are_no_breach(systeem: Systeem) -> None:
    context = systeem.runtime.contexts["allocation"]
    assert await SERVICE.attention(context) == []
    await geaccepteerd(systeem, jw301())
    assert await SERVICE.attention(context) == []
    dag(systeem, 5, 20)
    assert await SERVICE.attention(context) == [
        "retouren van ontvangers: 1 te laat, de eerste termijn eindigde op 11-05-2026 (OP090)",
        "berichten die uit de postbus moesten worden gehaald: 2 te laat, de eerste termijn eindigde op 11-05-2026"
        " (OP090)",
    ]
    assert await controle(systeem) == {}


@pytest.mark.parametrize(
    ("schade", "invariant"),
    [
        ("DELETE FROM termijnen WHERE soort = 'retour'", "termijn-volgt-uit-de-feiten"),
        ("DELETE FROM termijnen WHERE soort = 'onderzoek'", "termijn-volgt-uit-de-feiten"),
        ("UPDATE termijnen SET wie = aan WHERE soort = 'verzoek-antwoord'", "termijn-volgt-uit-de-feiten"),
        ("UPDATE termijnen SET begin = begin - 1 WHERE soort = 'start'", "termijn-volgt-uit-de-feiten"),
        (
            "UPDATE termijnen SET voldaan_op = NULL, voldaan_door = NULL WHERE soort = 'verzoek-antwoord'",
            "termijn-volgt-uit-de-feiten",
        ),
        (
            "INSERT INTO termijnen SELECT bericht_id, soort, 'verzonnen', volgnummer, domein, gemeente, aanbieder, wie,"
            " aan, begin, uiterlijk_op FROM termijnen WHERE soort = 'retour' LIMIT 1",
            "termijn-volgt-uit-de-feiten",
        ),
        (
            "UPDATE termijnen SET uiterlijk_op = uiterlijk_op + 1 WHERE soort = 'retour'",
            "laatste-dag-van-termijn-klopt",
        ),
        ("UPDATE postbus SET uiterlijk_op = uiterlijk_op + 1", "laatste-dag-van-termijn-klopt"),
        ("UPDATE postbus SET uiterlijk_op = NULL", "laatste-dag-van-termijn-klopt"),
    ],
)
async def test_the_check_finds_terms_that_are_missing_or_wrong(systeem: Systeem, schade: str, invariant: str) -> None:
    await geaccepteerd(systeem, jw301())
    await geaccepteerd(systeem, jw305())
    await geaccepteerd(systeem, jw315())
    await geaccepteerd(systeem, jw319(antwoord="2"))
    assert await controle(systeem) == {}
    connection = await systeem.connect("allocation")
    assert int((await connection.execute(schade)).split()[-1]) > 0
    await connection.close()
    assert invariant in await controle(systeem)


async def test_what_older_code_left_without_a_term_gets_one(systeem: Systeem) -> None:
    context = systeem.runtime.contexts["allocation"]
    bericht = jw301()
    await geaccepteerd(systeem, bericht)
    await geaccepteerd(systeem, jw305())
    await geaccepteerd(systeem, jw315())
    await geaccepteerd(systeem, jw319(antwoord="2"))
    await systeem.post_xml("/allocation/v1/berichten", xml_op(bericht), namens(systeem, AANBIEDER))
    voor = await termijnen(systeem)
    connection = await systeem.connect("allocation")
    await connection.execute("DELETE FROM termijnen")
    await connection.execute("UPDATE postbus SET uiterlijk_op = NULL")
    await connection.close()
    assert await termijnen(systeem) == []
    dag(systeem, 5, 6, 12)
    await termijnen_task("allocation", BRON, vul_aan).run(context)
    assert await termijnen(systeem) == voor
    assert await controle(systeem) == {}
