"""``/v1/regie`` and the service's own check of starts and stops: who sees what, pages, and every breach found."""

from datetime import date
from typing import Any

import pytest

from ijw.berichten.basis import Product
from tests.services.allocation_verkeer import controle, geaccepteerd
from tests.services.systeem import Systeem
from tests.unit.allocation.regievoorbeelden import jw305, jw307, start, stop, weg
from tests.unit.allocation.voorbeelden import ANDERE_BSN, jw301, toewijzing

SERVICES = ("allocation",)
REGIE = "/allocation/v1/regie"
ANDERE_AANBIEDER = "87654321"

WIE: dict[str, tuple[str, tuple[str, ...], str | None]] = {
    "gemeente": ("gemeente", ("0193",), None),
    "andere gemeente": ("gemeente", ("0150",), None),
    "aanbieder": ("aanbieder", (), "12345678"),
    "andere aanbieder": ("aanbieder", (), ANDERE_AANBIEDER),
    "medewerker": ("medewerker", ("0193", "0150"), None),
    "beheer": ("beheer", (), None),
}
Rij = tuple[str, int | None, str]


async def vraag(systeem: Systeem, query: str = "", wie: str = "beheer") -> Any:
    return await systeem.client.get(f"{REGIE}?{query}", headers=systeem.headers(*WIE[wie]))


async def rijen(systeem: Systeem, query: str = "", wie: str = "beheer") -> list[Rij]:
    """Gemeente, toewijzingnummer and toestand of what is listed."""
    answer = await vraag(systeem, query, wie)
    assert answer.status_code == 200, answer.text
    return [(item["gemeente"], item["toewijzingnummer"], item["toestand"]) for item in answer.json()["items"]]


async def vul(systeem: Systeem) -> None:
    """A toewijzing in each state, one of another aanbieder, one of another gemeente, and two taakgericht starts."""
    soorten = [toewijzing(nummer, product=Product(categorie=f"4{nummer}"), omvang=None) for nummer in (1, 2, 3, 4)]
    await geaccepteerd(systeem, jw301(*soorten, identificatie="1"))
    await geaccepteerd(systeem, jw301(toewijzing(5), identificatie="2", ontvanger=ANDERE_AANBIEDER, bsn=ANDERE_BSN))
    await geaccepteerd(systeem, jw301(toewijzing(1), afzender="0150"))
    await geaccepteerd(systeem, jw305(*(start(n, product=Product(categorie=f"4{n}")) for n in (2, 3, 4))))
    tijdelijk = stop(3, product=Product(categorie="43"), reden_beeindiging="20")
    await geaccepteerd(systeem, jw307(tijdelijk, stop(4, product=Product(categorie="44"))))
    taakgericht = [start(None, begindatum=date(2026, 4, dag)) for dag in (1, 2, 3)]
    await geaccepteerd(systeem, jw305(*taakgericht, identificatie="2"))
    await geaccepteerd(systeem, jw305(weg(taakgericht[1]), identificatie="3"))
    await geaccepteerd(systeem, jw307(stop(None, begindatum=date(2026, 4, 3)), identificatie="2"))


VAN_0193: list[Rij] = [
    ("0193", 1, "geen-start"),
    ("0193", 2, "gestart"),
    ("0193", 3, "tijdelijk-gestopt"),
    ("0193", 4, "gestopt"),
    ("0193", 5, "geen-start"),
    ("0193", None, "gestart"),
    ("0193", None, "gestopt"),
]
ALLES: list[Rij] = [("0150", 1, "geen-start"), *VAN_0193]


async def test_the_list_shows_to_everyone_what_is_theirs(systeem: Systeem) -> None:
    await vul(systeem)
    assert await rijen(systeem) == ALLES
    assert await rijen(systeem, wie="medewerker") == ALLES
    assert await rijen(systeem, wie="gemeente") == VAN_0193
    assert await rijen(systeem, wie="andere gemeente") == ALLES[:1]
    assert await rijen(systeem, wie="aanbieder") == [rij for rij in ALLES if rij[1] != 5]
    assert await rijen(systeem, wie="andere aanbieder") == [("0193", 5, "geen-start")]
    assert await rijen(systeem, "gemeente=0150", "gemeente") == []
    assert await rijen(systeem, "aanbieder=87654321", "aanbieder") == []
    answer = await systeem.client.get(REGIE, headers=systeem.headers("accountant", ["0193"]))
    assert answer.status_code == 403


async def test_the_filters_of_the_list(systeem: Systeem) -> None:
    await vul(systeem)
    assert await rijen(systeem, "gemeente=0193&toestand=gestart") == [
        ("0193", 2, "gestart"),
        ("0193", None, "gestart"),
    ]
    assert await rijen(systeem, "toestand=geen-start") == [rij for rij in ALLES if rij[2] == "geen-start"]
    assert await rijen(systeem, "toestand=tijdelijk-gestopt&aanbieder=12345678") == [("0193", 3, "tijdelijk-gestopt")]
    assert await rijen(systeem, f"aanbieder={ANDERE_AANBIEDER}") == [("0193", 5, "geen-start")]
    for onzin in ("toestand=begonnen", "gemeente=193", "aanbieder=1", "limit=0", "cursor=x"):
        assert (await vraag(systeem, onzin)).status_code == 400, onzin


@pytest.mark.parametrize("limit", [1, 2, 3, 8, 9])
@pytest.mark.parametrize("wie", ["beheer", "aanbieder"])
async def test_the_pages_together_are_the_list(systeem: Systeem, limit: int, wie: str) -> None:
    await vul(systeem)
    gezien: list[Rij] = []
    cursor = ""
    while True:
        answer = await vraag(systeem, f"limit={limit}{cursor}", wie)
        body = answer.json()
        assert len(body["items"]) <= limit
        gezien += [(item["gemeente"], item["toewijzingnummer"], item["toestand"]) for item in body["items"]]
        assert ("Link" in answer.headers) == bool(body["volgende"])
        if body["volgende"] is None:
            break
        cursor = f"&cursor={body['volgende']}"
    assert gezien == [rij for rij in ALLES if wie == "beheer" or rij[1] != 5]


async def test_an_item_says_what_and_how_far(systeem: Systeem) -> None:
    await vul(systeem)
    items = (await vraag(systeem, wie="gemeente")).json()["items"]
    assert items[3] == {
        "domein": "jw",
        "gemeente": "0193",
        "aanbieder": "12345678",
        "client": systeem.runtime.contexts["allocation"].crypto.pseudonym("999900006"),
        "toewijzingnummer": 4,
        "productcategorie": "44",
        "productcode": None,
        "toestand": "gestopt",
        "begindatum": "2026-04-03",
        "redenBeeindiging": "31",
        "einddatum": "2026-04-20",
        "gewijzigdOp": "2026-05-06T10:00:00Z",
    }
    assert (items[0]["begindatum"], items[0]["gewijzigdOp"]) == (None, None)
    assert (items[5]["productcode"], items[5]["begindatum"], items[5]["einddatum"]) == ("45A03", "2026-04-01", None)


async def test_a_removed_toewijzing_is_listed_only_while_a_start_stands_on_it(systeem: Systeem) -> None:
    for nummer, product in ((1, "45"), (2, "46")):
        oud = toewijzing(nummer, product=Product(categorie=product), omvang=None)
        await geaccepteerd(systeem, jw301(oud, identificatie=f"{nummer}"))
    await geaccepteerd(systeem, jw305(start(1, product=Product(categorie="45"))))
    weggehaald = [
        toewijzing(
            nummer,
            product=Product(categorie=product),
            omvang=None,
            toewijzingstijd="13:00:00",
            einddatum=date(2026, 4, 1),
            reden_wijziging="13",
        )
        for nummer, product in ((1, "45"), (2, "46"))
    ]
    await geaccepteerd(systeem, jw301(*weggehaald, identificatie="3"))
    assert await rijen(systeem) == [("0193", 1, "gestart")]
    await geaccepteerd(systeem, jw305(weg(start(1, product=Product(categorie="45"))), identificatie="2"))
    assert await rijen(systeem) == []
    assert await controle(systeem) == {}


async def test_another_s_starts_do_not_exist(systeem: Systeem) -> None:
    await vul(systeem)
    for wie in ("andere gemeente", "andere aanbieder"):
        answer = await systeem.client.get("/allocation/v1/toewijzingen/0193/2", headers=systeem.headers(*WIE[wie]))
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("schade", "invariant"),
    [
        ("UPDATE regie SET toestand = 'gestopt' WHERE toestand = 'gestart'", "regie-volgt-uit-haar-geschiedenis"),
        ("UPDATE regie SET begindatum = '2026-01-01' WHERE toewijzing_nummer = 2", "regie-volgt-uit-haar-geschiedenis"),
        ("UPDATE regie SET einddatum = NULL WHERE toewijzing_nummer = 4", "regie-volgt-uit-haar-geschiedenis"),
        ("UPDATE regie SET volgnummer = 7 WHERE toewijzing_nummer = 4", "regie-volgt-uit-haar-geschiedenis"),
        ("DELETE FROM aanleveringen WHERE soort = 'stop'", "regie-volgt-uit-haar-geschiedenis"),
        (
            "UPDATE aanleveringen SET reden_beeindiging = '31' WHERE reden_beeindiging = '20'",
            "regie-volgt-uit-haar-geschiedenis",
        ),
        ("DELETE FROM aanleveringen WHERE soort = 'start'", "stop-volgt-op-zijn-start"),
        (
            "INSERT INTO aanleveringen SELECT regie_id, 9, soort, status_aanlevering, product_categorie, product_code,"
            " toewijzing_ingangsdatum, '2026-05-01', NULL, NULL, bericht_id, vastgelegd_op FROM aanleveringen"
            " WHERE soort = 'start' AND volgnummer = 1",
            "hoogstens-een-lopende-start",
        ),
        (
            "UPDATE aanleveringen SET bericht_id = (SELECT bericht_id FROM berichten WHERE berichtsoort = 'JW301'"
            " AND gemeente = '0150')",
            "aanlevering-komt-uit-een-geaccepteerd-bericht",
        ),
        (
            "UPDATE aanleveringen SET bericht_id = (SELECT bericht_id FROM berichten WHERE berichtsoort = 'JW305'"
            " LIMIT 1) WHERE soort = 'start'",
            "geaccepteerd-regiebericht-staat-in-de-geschiedenis",
        ),
        ("UPDATE regie SET client = 'x' WHERE toewijzing_nummer = 2", "regie-hoort-bij-haar-toewijzing"),
        ("UPDATE regie SET toewijzing_nummer = 99 WHERE toewijzing_nummer = 2", "regie-hoort-bij-haar-toewijzing"),
    ],
)
async def test_every_breach_is_found(systeem: Systeem, schade: str, invariant: str) -> None:
    await vul(systeem)
    assert await controle(systeem) == {}
    connection = await systeem.connect("allocation")
    assert int((await connection.execute(schade)).split()[-1]) > 0
    await connection.close()
    assert invariant in await controle(systeem)
