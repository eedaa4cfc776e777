"""A rebuild has a service's tables alone, says what it will not do, and can be cut off anywhere."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from services.platform.herbouw import Toestand
from services.platform.herbouw.model import RebuildRefusedError
from services.platform.settings import ROOT, StartError
from tests.herbouw.hulp import Stilstaand, verschil
from tests.herbouw.test_matching_verloren import ALLEEN_IN_EEN_RESERVEKOPIE


async def test_een_service_die_draait_wordt_niet_herbouwd(stil: Stilstaand) -> None:
    async with stil.aan_het_werk():
        with pytest.raises(RebuildRefusedError, match="matching draait nog"):
            await stil.herbouw("matching")
    await stil.herbouw("matching")


async def test_wie_start_terwijl_er_wordt_herbouwd_hoort_dat(stil: Stilstaand, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.matching import herbouw

    gehoord: list[str] = []

    async def begin_te_vroeg(*_: object) -> None:
        try:
            async with stil.aan_het_werk():
                pass
        except StartError as error:
            gehoord.append(str(error))

    monkeypatch.setattr(herbouw, "lees_bronnen", begin_te_vroeg)
    monkeypatch.setattr(herbouw, "bepaal_uitkomsten", _stop)
    with pytest.raises(ConnectionResetError):
        await stil.herbouw("matching")
    assert gehoord == ["matching wordt nu herbouwd; start opnieuw als dat klaar is"]


async def test_op_half_werk_start_niemand(stil: Stilstaand, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.matching import herbouw

    with monkeypatch.context() as patched:
        patched.setattr(herbouw, "herbouw_saldi", _stop)
        with pytest.raises(ConnectionResetError):
            await stil.herbouw("matching")
    with pytest.raises(StartError, match="happyflow rebuild matching"):
        async with stil.aan_het_werk():
            pass
    await stil.herbouw("matching")
    await stil.klopt()


async def test_half_werk_van_een_andere_versie_wordt_niet_afgemaakt(
    stil: Stilstaand, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.matching import herbouw

    with monkeypatch.context() as patched:
        patched.setattr(herbouw, "herbouw_saldi", _stop)
        with pytest.raises(ConnectionResetError):
            await stil.herbouw("matching")
    await stil.sql("UPDATE matching.alembic_version SET version_num = '0001'")
    with pytest.raises(RebuildRefusedError, match="andere versie"):
        await stil.herbouw("matching")


async def _stop(*_: object, **__: object) -> None:
    raise ConnectionResetError("afgebroken")


async def test_tegenspraak_over_een_uitkomst_verandert_niets(stil: Stilstaand) -> None:
    ((declaratie, volgnummer),) = await stil.sql(
        "DELETE FROM invoice.afwijzingen WHERE ctid = (SELECT min(ctid) FROM invoice.afwijzingen)"
        " RETURNING declaratie_id, volgnummer"
    )
    await stil.sql(
        "INSERT INTO invoice.toekenningen VALUES ($1, $2, int4multirange(int4range($2, $2 + 1)), now())",
        declaratie, volgnummer,
    )  # fmt: skip
    voor = await stil.staat("matching")
    with pytest.raises(RebuildRefusedError, match=f"{declaratie}/{volgnummer}"):
        await stil.herbouw("matching")
    assert verschil(voor, await stil.staat("matching")) == {}
    async with stil.aan_het_werk():
        pass


@pytest.mark.parametrize("service", ["allocation", "invoice"])
async def test_waar_berichten_binnenkwamen_kan_alleen_een_reservekopie_terug(stil: Stilstaand, service: str) -> None:
    await stil.sql(f"DROP SCHEMA {service} CASCADE")
    with pytest.raises(RebuildRefusedError, match="reservekopie"):
        await stil.herbouw(service)
    with pytest.raises(RebuildRefusedError, match=f"ook de tabellen van {service}"):
        await stil.herbouw("matching")


async def test_een_tabel_die_ontbreekt_wordt_genoemd(stil: Stilstaand) -> None:
    await stil.sql("DROP TABLE matching.beleid")
    with pytest.raises(RebuildRefusedError, match=r"ontbreken tabellen \(beleid\)"):
        await stil.herbouw("matching")


async def test_een_teller_die_achterloopt_wordt_geweigerd(stil: Stilstaand) -> None:
    await stil.sql("UPDATE ledger.posities SET xid = 4000000000 WHERE topic = 'mutaties'")
    with pytest.raises(RebuildRefusedError, match="pg_resetwal"):
        await stil.herbouw("matching")


async def test_een_weigering_maakt_ook_niets_van_wat_weg_was(stil: Stilstaand) -> None:
    await stil.sql("UPDATE ledger.posities SET xid = 4000000000 WHERE topic = 'mutaties'")
    await stil.sql("DROP SCHEMA matching CASCADE")
    with pytest.raises(RebuildRefusedError, match="pg_resetwal"):
        await stil.herbouw("matching")
    assert await stil.sql("SELECT FROM pg_namespace WHERE nspname = 'matching'") == []


async def test_wat_een_beheerder_bij_het_schema_schreef_blijft_staan(
    stil: Stilstaand, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.matching import herbouw

    await stil.sql("COMMENT ON SCHEMA matching IS E'van ons team;\\nbel ''Jan''\\n'")
    with monkeypatch.context() as patched:
        patched.setattr(herbouw, "herbouw_saldi", _stop)
        for _ in range(2):
            with pytest.raises(ConnectionResetError):
                await stil.herbouw("matching")
    with pytest.raises(StartError, match="onderbroken"):
        async with stil.aan_het_werk():
            pass
    await stil.herbouw("matching")
    rows = await stil.sql("SELECT obj_description(to_regnamespace('matching'), 'pg_namespace')")
    assert [row[0] for row in rows] == ["van ons team;\nbel 'Jan'\n"]


async def test_op_een_bron_die_ouder_is_wordt_niet_gebouwd(stil: Stilstaand) -> None:
    """A backup of allocation was put back, of before what matching handled: matching would lose toewijzingen."""
    await stil.sql("DELETE FROM allocation.outbox WHERE xid > (SELECT min(xid) FROM allocation.outbox)")
    voor = await stil.staat("matching")
    with pytest.raises(RebuildRefusedError, match="outbox van allocation"):
        await stil.herbouw("matching")
    assert verschil(voor, await stil.staat("matching")) == {}


async def test_wat_terzijde_is_gelegd_telt_niet_als_verwerkt(stil: Stilstaand) -> None:
    """A dead letter had no effect; the rebuild gives it none, so that it has one when it is put back."""
    ((nummer, gemeente),) = await stil.sql(
        "WITH laatste AS (SELECT *, convert_from(data, 'UTF8')::jsonb AS inhoud FROM allocation.outbox"
        "  WHERE topic = 'toewijzingen' ORDER BY xid DESC, volgnummer DESC LIMIT 1), terzijde AS ("
        "  INSERT INTO matching.dode_letters (event_id, topic, partitie, xid, volgnummer, sleutel, type, data,"
        "    pogingen, reden) SELECT event_id, topic, partitie, xid, volgnummer, sleutel, type, data, 5, 'proef'"
        "    FROM laatste)"
        " SELECT (inhoud ->> 'toewijzingNummer')::bigint, inhoud ->> 'gemeente' FROM laatste"
    )
    ((versie,),) = await stil.sql(
        "DELETE FROM matching.toewijzingen WHERE toewijzing_nummer = $1 AND gemeente = $2 RETURNING volgnummer",
        nummer, gemeente,
    )  # fmt: skip
    await stil.sql("DELETE FROM matching.outbox WHERE topic = 'verplichtingen' AND convert_from(data, 'UTF8')::jsonb"
                   " ->> 'toewijzingNummer' = $1::text", str(nummer))  # fmt: skip
    await stil.sql("DELETE FROM ledger.verplichtingen WHERE toewijzing_nummer = $1 AND gemeente = $2", nummer, gemeente)
    await stil.herbouw("matching")
    na = await stil.sql(
        "SELECT volgnummer FROM matching.toewijzingen WHERE toewijzing_nummer = $1 AND gemeente = $2", nummer, gemeente
    )
    assert [rij[0] for rij in na if rij[0] >= versie] == []


def _opdracht(stil: Stilstaand, *arguments: str, **environ: str) -> "subprocess.Popen[str]":
    environment = {
        **os.environ,
        "HAPPYFLOW_DATABASE_URL": stil.dsn,
        "HAPPYFLOW_DATA": str(stil.settings.data),
        "COLUMNS": "80",
        **environ,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "services.cli", "rebuild", *arguments],
        cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.traag
async def test_gedood_met_kill_9_en_afgemaakt(stil: Stilstaand) -> None:
    voor = await stil.staat("matching", ALLEEN_IN_EEN_RESERVEKOPIE)
    await stil.sql("DROP SCHEMA matching CASCADE")
    chance = random.Random(20261126)
    killed = 0
    for _ in range(4):
        process = _opdracht(stil, "matching", "--ja")
        while process.poll() is None and not await _begonnen(stil):
            await asyncio.sleep(0.02)
        await asyncio.sleep(chance.uniform(0, 1.0) if killed else 0)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            killed += 1
        await asyncio.to_thread(process.communicate)
    out, err = _opdracht(stil, "matching", "--ja", "--json").communicate()
    deadline = time.monotonic() + 60
    # The server may still be at work for the one that was killed.
    while "draait nog" in out + err and time.monotonic() < deadline:
        out, err = _opdracht(stil, "matching", "--ja", "--json").communicate()
    verslag: dict[str, Any] = json.loads(out)
    assert verslag["afwijkingen"] == [], err
    assert verslag["toestand"] in {Toestand.VERLOREN, Toestand.AANWEZIG}
    assert killed
    assert verschil(voor, await stil.staat("matching", ALLEEN_IN_EEN_RESERVEKOPIE)) == {}
    await stil.klopt()


async def _begonnen(stil: Stilstaand) -> bool:
    rows = await stil.sql("SELECT obj_description(to_regnamespace('matching'), 'pg_namespace') IS NOT NULL")
    return bool(rows[0][0])


async def test_de_opdracht_zegt_in_tachtig_kolommen_wat_er_gebeurde(stil: Stilstaand) -> None:
    await stil.kom_bij(datetime.now(UTC))
    process = _opdracht(stil, "matching", "--ja")
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert "✓ matching was al zoals zij hoort te zijn." in out
    assert "happyflow check" in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 80
    await stil.sql("DROP SCHEMA matching CASCADE")
    process = _opdracht(stil, "matching", "--ja")
    out, err = process.communicate()
    assert process.returncode == 3, err
    assert "niet te herstellen: contracten en hun tarieven" in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 80
    process = _opdracht(stil, "matching")
    out, err = process.communicate()
    assert process.returncode == 2
    assert "--ja" in err


async def test_de_opdracht_begint_niet_zolang_kafka_niet_zegt_wat_er_wacht(stil: Stilstaand) -> None:
    await stil.sql("DROP SCHEMA matching CASCADE")
    nobody = {"HAPPYFLOW_KAFKA_BOOTSTRAP": "127.0.0.1:1"}
    process = _opdracht(stil, "matching", "--ja", **nobody)
    _, err = process.communicate()
    assert process.returncode == 1
    assert "--kafka-is-weg" in "".join(err.split())
    assert "geen van de brokers is bereikbaar" in " ".join(err.split())
    assert await stil.sql("SELECT FROM pg_namespace WHERE nspname = 'matching'") == []
    process = _opdracht(stil, "matching", "--ja", "--kafka-is-weg", **nobody)
    _, err = process.communicate()
    assert process.returncode == 3, err
