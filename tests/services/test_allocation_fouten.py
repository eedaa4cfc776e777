"""Bad days at the door: whatever comes in, the answer is clear and nothing is stored that should not be."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from ijw.codec import build
from services.platform.events import ToewijzingGebruik, ToewijzingGebruikt
from services.platform.outbox import Outgoing
from tests.services.systeem import Systeem
from tests.unit.allocation.voorbeelden import BSN, jw301, toewijzing

SERVICES = ("allocation",)
SETTINGS = {"max_body_bytes": 1_000_000}
PAD = "/allocation/v1/berichten"
GOED = build(jw301())


async def niets_opgeslagen(systeem: Systeem) -> None:
    connection = await systeem.connect("allocation")
    for tabel in ("berichten", "postbus", "toewijzingen", "outbox"):
        assert await connection.fetchval(f"SELECT count(*) FROM {tabel}") == 0, tabel
    await connection.close()


@pytest.mark.parametrize(
    ("xml", "status", "soort"),
    [
        (b"", 400, "xml-onleesbaar"),
        (b"geen xml", 400, "xml-onleesbaar"),
        (GOED[:-20], 400, "xml-onleesbaar"),
        (GOED.replace(b"UTF-8", b"ISO-8859-1"), 400, "xml-onleesbaar"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", 400, "xml-onleesbaar"),
        (
            GOED.replace(b"?>\r\n", b'?>\r\n<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>\r\n', 1),
            400,
            "xml-onveilig",
        ),
        (
            GOED.replace(b"?>\r\n", b'?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>\r\n', 1),
            400,
            "xml-onveilig",
        ),
        (GOED.replace(b"<jw301:Geslacht>2</jw301:Geslacht>", b""), 400, "xsd-ongeldig"),
        (GOED.replace(b"436", b"437"), 400, "xsd-ongeldig"),
        (GOED.replace(b"jw301/schema", b"jw302/schema"), 400, "xsd-ongeldig"),
        (GOED.replace(b"jw301/schema", b"jw325/schema"), 400, "onbekend-bericht"),
        (GOED.replace(b"3_2", b"3_1"), 400, "onbekend-bericht"),
        (b"<bericht/>", 400, "onbekend-bericht"),
        (GOED + b" " * 1_000_000, 413, "te-groot"),
        (GOED + b" " * 10_000_000, 413, "te-groot"),
    ],
    ids=[
        "empty", "text", "cut-off", "latin-1", "gzip", "doctype", "bomb", "missing", "wrong-code", "jw302",
        "jw325", "version", "other", "large", "huge",
    ],
)  # fmt: skip
async def test_what_is_no_message_is_refused_with_its_own_problem(
    systeem: Systeem, xml: bytes, status: int, soort: str
) -> None:
    answer = await systeem.post_xml(PAD, xml, systeem.headers("gemeente", ["0193"]))
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:happyflow:probleem:{soort}"), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    await niets_opgeslagen(systeem)


async def test_every_fault_is_named_with_line_and_path_and_without_values(systeem: Systeem) -> None:
    xml = GOED.replace(b"999900006", b"99990000X").replace(
        b"<jw301:ToewijzingNummer>10072<", b"<jw301:ToewijzingNummer>x10072<"
    )
    answer = await systeem.post_xml(PAD, xml, systeem.headers("gemeente", ["0193"]))
    fouten = answer.json()["fouten"]
    assert {fout["pad"] for fout in fouten} == {
        "/Bericht/Client/Bsn",
        "/Bericht/Client/ToegewezenProducten/ToegewezenProduct[1]/ToewijzingNummer",
    }
    assert all(fout["regel"] > 1 and fout["melding"] for fout in fouten)
    assert "99990000X" not in answer.text
    assert "x10072" not in answer.text


async def test_a_message_type_that_is_not_taken_in_is_told_what_is(systeem: Systeem) -> None:
    xml = GOED.replace(b"jw301/schema", b"jw323/schema")
    answer = await systeem.post_xml(PAD, xml, systeem.headers("gemeente", ["0193"]))
    assert answer.json()["type"].endswith("onbekend-bericht")
    assert "JW301" in answer.json()["fouten"][0]["melding"]


async def test_another_type_of_content(systeem: Systeem) -> None:
    headers = systeem.headers("gemeente", ["0193"])
    for extra in (
        {"Content-Type": "application/json"},
        {"Content-Type": "application/xml", "Content-Encoding": "gzip"},
    ):
        answer = await systeem.client.post(PAD, content=GOED, headers={**headers, **extra})
        assert answer.status_code == 415
    await niets_opgeslagen(systeem)


async def test_another_partys_message(systeem: Systeem) -> None:
    answer = await systeem.post_xml(PAD, GOED, systeem.headers("gemeente", ["0150", "1680"]))
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:happyflow:probleem:andere-afzender")
    await niets_opgeslagen(systeem)
    # Also when the real sender has sent the very same bytes: a stranger learns nothing of it.
    assert (await systeem.post_xml(PAD, GOED, systeem.headers("gemeente", ["0193"]))).status_code == 202
    answer = await systeem.post_xml(PAD, GOED, systeem.headers("gemeente", ["0150"]))
    assert answer.status_code == 403
    assert "berichtId" not in answer.text


@pytest.mark.parametrize(
    ("rol", "gemeenten", "agb", "status"),
    [
        ("aanbieder", (), "12345678", 403),
        ("medewerker", ("0193",), None, 403),
        ("accountant", ("0193",), None, 403),
        ("beheer", (), None, 403),
        ("gemeente", ("0150", "0193"), None, 202),
    ],
)
async def test_only_the_gemeente_itself_sends(
    systeem: Systeem, rol: str, gemeenten: tuple[str, ...], agb: str | None, status: int
) -> None:
    answer = await systeem.post_xml(PAD, GOED, systeem.headers(rol, gemeenten, agb))
    assert answer.status_code == status


async def test_without_a_token(systeem: Systeem) -> None:
    assert (await systeem.post_xml(PAD, GOED, {})).status_code == 401
    assert (await systeem.post_xml(PAD, GOED, {"Authorization": "Bearer x.y.z"})).status_code == 401
    await niets_opgeslagen(systeem)


async def test_a_crash_halfway_leaves_nothing_and_the_retry_succeeds(
    systeem: Systeem, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = systeem.headers("gemeente", ["0193"])

    async def stuk(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError(f"stuk bij {BSN}")

    with monkeypatch.context() as patch, capture_logs() as gelogd:
        patch.setattr("services.allocation.behandelingen.jw301.outbox.append", stuk)
        answer = await systeem.post_xml(PAD, GOED, headers)
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:happyflow:probleem:interne-fout")
    assert BSN not in answer.text
    assert [regel["log_level"] for regel in gelogd] == ["error"]
    await niets_opgeslagen(systeem)
    assert (await systeem.post_xml(PAD, GOED, headers)).status_code == 202


async def test_a_message_with_more_toewijzingen_than_there_are_locks(systeem: Systeem) -> None:
    aantal = 1000
    # Level 2 forbids overlap, so they follow each other day by day; more of them than there are locks.
    begin = date(2026, 4, 1)
    dagen = [begin + timedelta(days=nummer) for nummer in range(aantal)]
    producten = [toewijzing(nummer, ingangsdatum=dag, einddatum=dag) for nummer, dag in enumerate(dagen)]
    xml = build(jw301(*producten))
    answer = await systeem.post_xml(PAD, xml, systeem.headers("gemeente", ["0193"]))
    assert answer.json()["retourcodes"] == [], answer.text
    assert len(await systeem.sent("allocation", "toewijzingen")) == aantal


async def test_counts_arrive_again_and_in_the_middle_of_messages(systeem: Systeem) -> None:
    def stand(aantal: int) -> Outgoing:
        gebruik = ToewijzingGebruik(toewijzing_nummer=10072, aantal_toegekend=aantal)
        return Outgoing("p1", ToewijzingGebruikt(domein="jw", gemeente="0193", toewijzingen=(gebruik,)), 1)

    headers = systeem.headers("gemeente", ["0193"])
    await asyncio.gather(
        systeem.publish("matching", *(stand(aantal) for aantal in range(50))),
        *(systeem.post_xml(PAD, build(jw301(toewijzing(10072 + n), identificatie=str(n))), headers) for n in range(5)),
    )
    await systeem.drained()
    connection = await systeem.connect("allocation")
    assert await connection.fetchval("SELECT aantal_toegekend FROM gebruik WHERE toewijzing_nummer = 10072") == 49
    assert await connection.fetchval("SELECT count(*) FROM dode_letters") == 0
    await connection.close()
