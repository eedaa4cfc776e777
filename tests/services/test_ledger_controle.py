"""Nobody changes the books unseen: the database refuses, and what a superuser does all the same is named."""

from typing import Any

import asyncpg
import pytest

from services.ledger.check import check
from services.ledger.grootboek import Plaats
from services.ledger.models import METADATA
from services.platform.database import copy_rows
from tests.services.ledger_hulp import VERHAAL, rijen, stuur
from tests.services.systeem import Systeem
from tests.unit.ledger.bouwen import bepaald, mutatie, verwerkt

SERVICES = ("ledger",)
ZWOLLE = Plaats("jw", "0193")
APPEND_ONLY = sorted(
    table.name for table in METADATA.tables.values() if table.info.get("append_only") and not table.info.get("platform")
)
"""The books; what the platform only adds to is kept so by the rights of the service's role."""
POSTEN = [{"post": "Ambulant", "productcategorieen": ["45"], "bedrag": 500_000}]

TERUG_2027 = "gemeente = '0193' AND soort = 'tegenboeking' AND boekjaar = 2027"


async def vul(systeem: Systeem) -> None:
    """The numbers of the boekingen follow the story: without waiting, topics overtake each other."""
    for event in VERHAAL:
        await stuur(systeem, event)
    antwoord = await systeem.client.put(
        "/ledger/v1/gemeenten/0193/begrotingen/2026",
        json={"posten": POSTEN},
        headers=systeem.headers("gemeente", ["0193"]),
    )
    assert antwoord.status_code == 200


async def controle(systeem: Systeem) -> dict[str, Any]:
    antwoord = await systeem.client.get(
        "/ledger/v1/gemeenten/0193/controle", headers=systeem.headers("accountant", ["0193"])
    )
    assert antwoord.status_code == 200
    gevonden: dict[str, Any] = antwoord.json()
    return gevonden


async def knoei(systeem: Systeem, *statements: str) -> None:
    """As a superuser who first switches the triggers off, and the check of the lines."""
    connection = await systeem.connect("ledger")
    try:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute("ALTER TABLE boekingen DROP CONSTRAINT IF EXISTS ck_boekingen_regels")
        for statement in statements:
            assert not (await connection.execute(statement)).endswith(" 0"), statement
    finally:
        await connection.close()


def test_the_books_are_append_only() -> None:
    assert APPEND_ONLY == ["begrotingen", "begrotingsposten", "boekingen"]


@pytest.mark.parametrize("tabel", APPEND_ONLY)
async def test_the_database_refuses_changes_from_everyone(systeem: Systeem, tabel: str) -> None:
    await vul(systeem)
    for statement in (f"UPDATE {tabel} SET gemeente = gemeente", f"DELETE FROM {tabel}", f"TRUNCATE {tabel}"):
        connection = await systeem.connect("ledger")
        try:
            with pytest.raises(asyncpg.RestrictViolationError):
                await connection.execute(statement)
        finally:
            await connection.close()
        async with systeem.runtime.contexts["ledger"].database.connection() as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    assert (await controle(systeem))["juist"]


@pytest.mark.parametrize(
    "regels",
    [
        ([4400, 1600], ["45", "45"], [100, -99]),  # out of balance
        ([4400], ["45"], [100]),
        ([4400, 1600, 4400, 1600], ["45"] * 4, [1, -1, 2, -2]),  # more than the boeking has
        ([4400, 1600], ["45", "45"], [0, 0]),
        ([4400], ["45", "45"], [1, -1]),
        ([4400, 1600], ["45"], [1, -1]),
        ([4400, None], ["45", "45"], [1, -1]),
        ([4400, 1600], ["45", None], [1, -1]),
        ([4400, 1600], ["45", "45"], [0, None]),
        ([], [], []),
    ],
)
async def test_the_database_refuses_lines_that_do_not_balance(
    systeem: Systeem, regels: tuple[list[Any], list[Any], list[Any]]
) -> None:
    await stuur(systeem, bepaald(7, 1, {2026: 100}), bepaald(8, 1, {2026: 10, 2027: 20}))
    for copy in (True, False):
        with pytest.raises(asyncpg.CheckViolationError):
            await _boek_99(systeem, regels, copy=copy)
    assert (await controle(systeem))["boekingen"] == 3
    await _boek_99(systeem, ([4400, 1600], ["45", "45"], [1, -1]), copy=True)


async def _boek_99(systeem: Systeem, regels: tuple[list[Any], list[Any], list[Any]], *, copy: bool) -> None:
    """A boeking with the number of lines of the first one, and these lines, as the service's own role."""
    async with systeem.runtime.contexts["ledger"].database.transaction() as connection:
        (row,) = await connection.fetch("SELECT * FROM boekingen WHERE nummer = 1")
        kolommen = ("rekeningen", "productcategorieen", "bedragen")
        nieuw = dict(row) | {"nummer": 99, "sleutel": "nieuw"} | dict(zip(kolommen, regels, strict=True))
        if copy:
            await copy_rows(connection, "boekingen", list(nieuw), [tuple(nieuw.values())])
        else:
            plaatsen = ", ".join(f"${nummer}" for nummer in range(1, len(nieuw) + 1))
            await connection.execute(f"INSERT INTO boekingen ({', '.join(nieuw)}) VALUES ({plaatsen})", *nieuw.values())


async def test_lines_are_part_of_their_boeking_and_shown_as_rows(systeem: Systeem) -> None:
    await stuur(systeem, bepaald(7, 1, {2026: 100}))
    (een, twee) = await rijen(systeem, "SELECT * FROM boekingsregels WHERE gemeente = '0193' ORDER BY regel")
    assert (een["nummer"], een["regel"], twee["regel"]) == (1, 1, 2)
    assert (een["bedrag"], twee["bedrag"]) == (100, -100)
    assert {een["rekening"], twee["rekening"]} == {9200, 9290}
    for statement in (
        "INSERT INTO boekingsregels VALUES ('jw', '0193', 1, 3, 4400, '45', 1)",
        "UPDATE boekingsregels SET bedrag = 0",
        "DELETE FROM boekingsregels",
    ):
        with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
            await rijen(systeem, statement)


@pytest.mark.parametrize(
    ("statement", "nummer"),
    [
        ("UPDATE boekingen SET omschrijving = 'iets anders' WHERE gemeente = '0193' AND nummer = 4", 4),
        ("UPDATE boekingen SET boekdatum = boekdatum - 1 WHERE gemeente = '0193' AND nummer = 4", 4),
        ("UPDATE boekingen SET aanbieder = '87654321' WHERE gemeente = '0193' AND nummer = 6", 6),
        (f"UPDATE boekingen SET tegenboeking_van = NULL WHERE {TERUG_2027}", None),
        # Both sides at once: still in balance, but not what was booked.
        ("UPDATE boekingen SET bedragen = ARRAY(SELECT 2 * b FROM unnest(bedragen) b)"
         " WHERE gemeente = '0193' AND nummer = 5", 5),
        ("UPDATE boekingen SET productcategorieen = array_replace(productcategorieen, '45', '46')"
         " WHERE gemeente = '0193' AND nummer = 5", 5),
        ("UPDATE boekingen SET rekeningen = array_replace(rekeningen, 9310::smallint, 9320::smallint)"
         " WHERE gemeente = '0193' AND nummer = 4 AND 9310 = ANY(rekeningen)", 4),
        ("UPDATE boekingen SET rekeningen = '{}', productcategorieen = '{}', bedragen = '{}'"
         " WHERE gemeente = '0193' AND nummer = 5", 5),
        ("UPDATE boekingen SET bedragen = bedragen || 0::bigint WHERE gemeente = '0193' AND nummer = 5", 5),
        ("UPDATE boekingen SET rekeningen[1] = NULL WHERE gemeente = '0193' AND nummer = 5", 5),
        ("UPDATE boekingen SET rekeningen = ARRAY[rekeningen] WHERE gemeente = '0193' AND nummer = 5", 5),
        ("UPDATE boekingen SET productcategorieen = ARRAY[productcategorieen]"
         " WHERE gemeente = '0193' AND nummer = 5", 5),
        ("UPDATE boekingen SET bedragen = ARRAY[bedragen] WHERE gemeente = '0193' AND nummer = 5", 5),
        ("DELETE FROM boekingen WHERE gemeente = '0193' AND nummer = 5", 5),
        ("DELETE FROM boekingen WHERE gemeente = '0193' AND nummer = (SELECT max(nummer) FROM boekingen)", None),
        ("UPDATE begrotingsposten SET productcategorieen = '{45,46}'", None),
        ("UPDATE begrotingsposten SET bedrag = bedrag + 1", None),
    ],
)  # fmt: skip
async def test_an_edit_or_delete_is_named(systeem: Systeem, statement: str, nummer: int | None) -> None:
    await vul(systeem)
    assert (await controle(systeem))["juist"]
    geraakt = nummer or await _geraakt(systeem, statement)
    await knoei(systeem, statement)
    uitslag = await controle(systeem)
    assert not uitslag["juist"]
    genoemd = {fout["nummer"] for fout in uitslag["fouten"]} - {None}
    assert genoemd <= {geraakt, geraakt + 1}
    assert geraakt in genoemd
    assert f"Boeking {geraakt} " in uitslag["fouten"][0]["fout"]
    assert await check(systeem.runtime.contexts["ledger"]) != []


async def _geraakt(systeem: Systeem, statement: str) -> int:
    """The boeking that a statement without a number in it is about."""
    sql = {
        "boekingen": f"SELECT nummer AS n FROM boekingen WHERE {TERUG_2027}",
        "DELETE": "SELECT max(nummer) AS n FROM boekingen WHERE gemeente = '0193'",
        "begrotingsposten": "SELECT min(boeking) AS n FROM begrotingsposten",
    }["DELETE" if statement.startswith("DELETE") else statement.split()[1]]
    (row,) = await rijen(systeem, sql)
    return int(row["n"])


async def test_swapped_boekingen_are_both_named(systeem: Systeem) -> None:
    await vul(systeem)
    await knoei(
        systeem,
        "UPDATE boekingen SET nummer = -5 WHERE gemeente = '0193' AND nummer = 5",
        "UPDATE boekingen SET nummer = 5 WHERE gemeente = '0193' AND nummer = 7",
        "UPDATE boekingen SET nummer = 7 WHERE gemeente = '0193' AND nummer = -5",
    )
    genoemd = {fout["nummer"] for fout in (await controle(systeem))["fouten"]}
    assert {5, 7} <= genoemd <= {5, 6, 7, 8}


async def test_swapped_lines_are_named(systeem: Systeem) -> None:
    await vul(systeem)
    await knoei(
        systeem,
        "UPDATE boekingen SET rekeningen = rekeningen[2:2] || rekeningen[1:1] || rekeningen[3:], bedragen ="
        " bedragen[2:2] || bedragen[1:1] || bedragen[3:], productcategorieen = productcategorieen[2:2] ||"
        " productcategorieen[1:1] || productcategorieen[3:] WHERE gemeente = '0193' AND nummer = 5",
    )
    assert {fout["nummer"] for fout in (await controle(systeem))["fouten"]} == {5}


async def test_a_productcategorie_that_is_gone_is_named_where_it_was_empty(systeem: Systeem) -> None:
    await stuur(systeem, bepaald(8, 1, {2026: 5_000}, categorie=None))
    assert (await controle(systeem))["juist"]
    await knoei(systeem, "UPDATE boekingen SET productcategorieen = array_replace(productcategorieen, '', NULL)")
    assert "de hash klopt niet" in (await controle(systeem))["fouten"][0]["fout"]


async def test_totals_that_were_changed_are_named_by_account(systeem: Systeem) -> None:
    await vul(systeem)
    await knoei(
        systeem,
        "UPDATE saldi SET debet = debet + 1 WHERE gemeente = '0193' AND rekening = 4400 AND boekjaar = 2026",
        "DELETE FROM dagtotalen WHERE gemeente = '0193' AND rekening = 9100",
    )
    assert [(fout["nummer"], fout["fout"]) for fout in (await controle(systeem))["fouten"]] == [
        (None, "Het saldo van rekening 9100 in 2026 op 2026-05-06 is niet de som van de boekingen"),
        (None, "Het saldo van rekening 4400 (productcategorie 45) in 2026 is niet de som van de boekingen"),
    ]


@pytest.mark.parametrize(
    ("statement", "invariant"),
    [
        ("UPDATE toewijzing_saldi SET toegekend = toegekend + 1 WHERE jaar = 2026", "open verplichtingen kloppen"),
        ("UPDATE grootboeken SET laatste_nummer = laatste_nummer + 1", "het grootboek klopt"),
        ("UPDATE boekingen SET bedragen = ARRAY(SELECT b + sign(b)::bigint FROM unnest(bedragen) b)"
         " WHERE soort = 'tegenboeking' AND gemeente = '0193'",
         "een correctie is een tegenboeking"),
        ("UPDATE boekingen SET tegenboeking_van = NULL WHERE declaratie_id = 'd2'", "een credit neemt een debet terug"),
        ("UPDATE boekingen SET declaratie_id = 'x', volgnummer = 1 WHERE soort = 'toekenning' AND gemeente = '0193'",
         "elke prestatie heeft één uitkomst"),
    ],
)  # fmt: skip
async def test_check_says_which_invariant_is_broken(systeem: Systeem, statement: str, invariant: str) -> None:
    await vul(systeem)
    assert await check(systeem.runtime.contexts["ledger"]) == []
    await knoei(systeem, statement)
    assert invariant in {afwijking.invariant for afwijking in await check(systeem.runtime.contexts["ledger"])}


async def test_a_credit_without_its_debet_is_set_aside_and_not_booked(systeem: Systeem) -> None:
    """Once booked it would name nothing that it takes back, for ever; ``test_ledger_dode_letters`` brings the debet."""
    await stuur(systeem, verwerkt("d1", mutatie(1, -500, referentie="C1", vorige="R-nooit-gezien")))
    assert (await controle(systeem))["boekingen"] == 0
    assert await check(systeem.runtime.contexts["ledger"]) == []
    assert [letter["reden"] for letter in await rijen(systeem, "SELECT reden FROM dode_letters")] == [
        "OngeldigeGebeurtenis"
    ]
