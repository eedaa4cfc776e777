"""What the service keeps sealed is opened by its part of the invariant, and held beside what the tables tell of it."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from msgspec.structs import replace
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from ijw.berichten.basis import Product
from ijw.codec import build
from services.allocation.check import bewaard
from services.allocation.check.bewaard import Begrensd, verdeel
from services.allocation.service import SERVICE
from services.platform.migrations import _config
from services.platform.service import Afwijking
from tests.services.allocation_verkeer import (
    BERICHTEN,
    TOEKENNEN,
    beslis,
    codes,
    controle,
    geaccepteerd,
    namens,
)
from tests.services.systeem import Systeem
from tests.unit.allocation.regievoorbeelden import jw305, start
from tests.unit.allocation.retouren import bevinding, retour_op
from tests.unit.allocation.voorbeelden import AANBIEDER, ANDERE_BSN, jw301, toewijzing
from tests.unit.allocation.voorbeelden_verzoek import aangevraagd, jw315, jw319

SERVICES = ("allocation",)
ASPECIFIEK = Product(categorie="46")
LATER = {"toewijzingsdatum": date(2026, 5, 1), "reden_wijziging": "14"}


async def vul(systeem: Systeem) -> None:
    """One of each: a version and a later one, a refusal, a start, a refusal by a receiver, and three references.

    A is granted here after onderzoek, B by the gemeente itself, C goes to another gemeente.
    """
    eerste = jw301(toewijzing(1), identificatie="1")
    await geaccepteerd(systeem, eerste)
    await geaccepteerd(systeem, jw301(toewijzing(1, **LATER), identificatie="2"))
    fout = (replace(toewijzing(1), referentie_aanbieder="X"), toewijzing(2, product=Product(categorie="45", code="1")))
    assert await codes(systeem, jw301(*fout, identificatie="3", bsn=ANDERE_BSN)) == ["9332", "9379", "S329"]
    await geaccepteerd(systeem, jw305(start(1), identificatie="4"))
    terug = build(retour_op(eerste, bevinding()))
    assert (await systeem.post_xml(BERICHTEN, terug, namens(systeem, AANBIEDER))).status_code == 202
    verzoek_id = await geaccepteerd(systeem, jw315(aangevraagd("A"), identificatie="5"))
    await geaccepteerd(systeem, jw319("A", "2", identificatie="6"))
    answer = await beslis(systeem, verzoek_id, TOEKENNEN, '"2"')
    assert answer.status_code == 200, answer.text
    ander = jw315(
        aangevraagd("B"), aangevraagd("C", product=ASPECIFIEK, omvang=None), identificatie="7", bsn=ANDERE_BSN
    )
    await geaccepteerd(systeem, ander)
    toegekend = replace(toewijzing(70, ingangsdatum=date(2026, 6, 1)), referentie_aanbieder="B")
    await geaccepteerd(systeem, jw301(toegekend, identificatie="8", bsn=ANDERE_BSN))
    await geaccepteerd(systeem, jw319("C", "1", "8", gemeente="0150", identificatie="9"))


_ONDERZOEK = "(SELECT bericht_id FROM berichten WHERE identificatie = '6')"
_AFGEWEZEN = "(SELECT bericht_id FROM berichten WHERE identificatie = '9')"
_ANDERE_301 = "(SELECT bericht_id FROM berichten WHERE identificatie = '2' AND berichtsoort = 'JW301')"


@pytest.mark.parametrize(
    ("schade", "invariant"),
    [
        ("UPDATE berichten SET xml = '\\x00' WHERE richting = 'uit'", "bericht-is-te-lezen"),
        ("UPDATE berichten SET xml = '' WHERE identificatie = '1'", "bericht-is-te-lezen"),
        ("UPDATE berichten SET sha256 = '\\x00' WHERE identificatie = '9'", "bericht-is-te-lezen"),
        (
            "UPDATE berichten b SET xml = a.xml FROM berichten a WHERE a.identificatie = '1' AND b.identificatie = '2'",
            "bericht-is-te-lezen",
        ),
        ("UPDATE berichten SET dagtekening = '2026-01-01' WHERE identificatie = '4'", "bericht-zegt-wat-zijn-rij-zegt"),
        (
            "UPDATE berichten SET identificatie = 'R' WHERE identificatie = 'HF0000000001'",
            "bericht-zegt-wat-zijn-rij-zegt",
        ),
        ("UPDATE berichten SET gemeente = '0150' WHERE identificatie = '6'", "bericht-zegt-wat-zijn-rij-zegt"),
        (
            "UPDATE berichten SET retourcodes = '{9019}' WHERE status = 'afgekeurd' AND richting = 'in'",
            "heenbericht-heeft-een-retour",
        ),
        (
            "UPDATE berichten SET retourcodes = '{9332,9379}' WHERE status = 'afgekeurd'",
            "retourcodes-volgen-uit-de-bevindingen",
        ),
        ("DELETE FROM bevindingen WHERE nummer = 2", "retourcodes-volgen-uit-de-bevindingen"),
        (
            "UPDATE berichten SET retourcodes = '{9019}' WHERE status = 'afgekeurd' AND richting = 'uit'",
            "retourcodes-staan-in-de-retour",
        ),
        ("UPDATE berichten SET retourcodes = '{9019}' WHERE identificatie = 'R1'", "retourcodes-staan-in-de-retour"),
        ("UPDATE clienten SET document = '\\x00'", "client-is-te-lezen"),
        (
            "UPDATE clienten c SET document = a.document FROM clienten a WHERE a.client <> c.client",
            "client-is-te-lezen",
        ),
        ("UPDATE clienten SET dagtekening = '2026-01-01'", "client-komt-uit-zijn-bericht"),
        (f"UPDATE clienten SET bericht_id = {_ONDERZOEK}", "client-komt-uit-zijn-bericht"),
        ("DELETE FROM verzoekproducten WHERE volgnummer = 2", "verzoek-is-zoals-gevraagd"),
        ("DELETE FROM verzoekproducten", "verzoek-is-zoals-gevraagd"),
        ("UPDATE verzoekproducten SET volume = 99 WHERE referentie_aanbieder = 'A'", "verzoek-is-zoals-gevraagd"),
        ("UPDATE verzoekproducten SET soort = 'anders'", "verzoek-is-zoals-gevraagd"),
        ("UPDATE verzoeken SET client = 'x' WHERE status = 'toegekend'", "verzoek-is-zoals-gevraagd"),
        ("UPDATE referenties SET referentie_aanbieder = 'Z' WHERE toestand = 'afgewezen'", "verzoek-is-zoals-gevraagd"),
        (
            f"UPDATE referenties SET toestand = 'toegekend_na_onderzoek', onderzoek_id = {_ONDERZOEK}"
            " WHERE toestand = 'toegekend'",
            "antwoord-is-van-zijn-referenties",
        ),
        (
            "UPDATE referenties SET toestand = 'toegekend', onderzoek_id = NULL"
            " WHERE toestand = 'toegekend_na_onderzoek'",
            "antwoord-is-van-zijn-referenties",
        ),
        (
            f"UPDATE referenties SET toestand = 'afgewezen', reden_afwijzing = '2', antwoord_id = {_AFGEWEZEN}"
            " WHERE toestand = 'toegekend'",
            "antwoord-is-van-zijn-referenties",
        ),
        (
            f"UPDATE referenties SET antwoord_id = {_ANDERE_301} WHERE toestand = 'toegekend'",
            "antwoord-is-van-zijn-referenties",
        ),
        (
            "UPDATE referenties SET reden_afwijzing = '2', woonplaats_gemeente = NULL WHERE toestand = 'afgewezen'",
            "antwoord-is-van-zijn-referenties",
        ),
        ("UPDATE toewijzingen SET budget = 1 WHERE toewijzingsdatum < '2026-05-01'", "versie-is-zoals-toegewezen"),
        (
            "DELETE FROM toewijzingen WHERE toewijzing_nummer = 1 AND toewijzingsdatum < '2026-05-01'",
            "versie-is-zoals-toegewezen",
        ),
        ("UPDATE aanleveringen SET toewijzing_ingangsdatum = '2026-01-01'", "aanlevering-is-zoals-gemeld"),
        ("UPDATE aanleveringen SET soort = 'anders'", "aanlevering-is-zoals-gemeld"),
        ("UPDATE beslissingen SET bericht_ids = '{}'", "verzonden-bericht-heeft-een-beslissing"),
        (
            "SET session_replication_role = replica; DELETE FROM beslissingen",
            "verzonden-bericht-heeft-een-beslissing",
        ),
    ],
)
async def test_every_breach_of_what_is_kept_is_found(systeem: Systeem, schade: str, invariant: str) -> None:
    await vul(systeem)
    assert await controle(systeem) == {}
    connection = await systeem.connect("allocation")
    assert int((await connection.execute(schade)).split()[-1]) > 0
    await connection.close()
    assert invariant in await controle(systeem)


async def test_a_decision_cannot_go_while_its_messages_stand(systeem: Systeem) -> None:
    await vul(systeem)
    connection = await systeem.connect("allocation")
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await connection.execute("DELETE FROM beslissingen")
    await connection.close()


async def test_decisions_of_before_are_tied_to_their_messages_by_the_migration(systeem: Systeem) -> None:
    await vul(systeem)
    engine = create_async_engine(systeem.dsn.replace("://", "+asyncpg://"), poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(naar, command.downgrade, "0009")
    async with engine.begin() as connection:
        await connection.run_sync(naar, command.upgrade, "0010")
    await engine.dispose()
    opnieuw = await systeem.connect("allocation")
    rows = await opnieuw.fetch(
        "SELECT z.beslissing_id, s.bericht_ids = ARRAY[z.bericht_id] FROM verzonden z"
        " JOIN beslissingen s USING (beslissing_id)"
    )
    await opnieuw.close()
    assert [row[1] for row in rows] == [True]


def naar(connection: Connection, stap: Callable[[Config, str], None], versie: str) -> None:
    connection.execute(text("SET search_path TO allocation"))
    stap(_config(SERVICE, connection), versie)


async def test_all_is_looked_at_however_small_the_parcels(systeem: Systeem, monkeypatch: pytest.MonkeyPatch) -> None:
    await vul(systeem)
    monkeypatch.setattr(bewaard, "_BLAD", 2)
    monkeypatch.setattr(bewaard, "_PAKKET_BYTES", 1)
    assert await controle(systeem) == {}
    connection = await systeem.connect("allocation")
    kapot = await connection.fetch("UPDATE berichten SET xml = '\\x00' RETURNING bericht_id")
    await connection.execute("UPDATE clienten SET document = '\\x00'")
    await connection.close()
    gevonden = await bewaard.bewaard_klopt(systeem.runtime.contexts["allocation"], 1_000)
    genoemd = {item.detail.split()[0] for item in gevonden if item.invariant == "bericht-is-te-lezen"}
    assert genoemd == {str(row["bericht_id"]) for row in kapot}
    assert sum(item.invariant == "client-is-te-lezen" for item in gevonden) == 2


def test_a_parcel_holds_a_million_bytes_or_one_message() -> None:
    een, twee, drie, vier = (UUID(int=nummer) for nummer in range(1, 5))
    gewogen = [(een, 600_000), (twee, 400_000), (drie, 1), (vier, 25_000_000)]
    assert list(verdeel(gewogen)) == [[een, twee], [drie], [vier]]
    assert list(verdeel([])) == []


def test_so_many_of_each_kind_are_named() -> None:
    gevonden = Begrensd(2)
    gevonden.meld([Afwijking("a", "1"), Afwijking("a", "2"), Afwijking("b", "1")])
    gevonden.meld([Afwijking("a", "3")])
    assert gevonden.afwijkingen == [Afwijking("a", "1"), Afwijking("a", "2"), Afwijking("b", "1")]
