"""``happyflow post`` of retouren: whose token, what is shown, and the exit code."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from typer.testing import CliRunner

from ijw.codec import build
from services.cli import post as module
from services.cli.main import app
from tests.unit.allocation.retouren import bevinding, xml_op
from tests.unit.allocation.voorbeelden import jw301

BODY = {
    "berichtId": "b1",
    "berichtsoort": "JW302",
    "identificatie": "R1",
    "afzender": "12345678",
    "ontvanger": "0193",
    "status": "geaccepteerd",
    "retourcodes": [],
}
STAND: dict[str, Any] = {"bevindingen": [], "meldingen": [], "retourOntvanger": None}
MELDING = {"uitleg": "De ontvanger keurt het bericht af."}


class Systeem:
    """Answers as the service would, and remembers what it was asked."""

    def __init__(self) -> None:
        self.gevraagd: list[httpx.Request] = []
        self.status = 202
        self.body: dict[str, Any] = BODY
        self.stand = STAND
        self.retour: bytes | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.gevraagd.append(request)
        if request.method == "POST":
            return httpx.Response(self.status, json=self.body)
        if request.url.path.endswith("/retour"):
            return httpx.Response(200, content=self.retour) if self.retour else httpx.Response(404, json={})
        return httpx.Response(200, json=self.stand)

    @property
    def rol(self) -> tuple[str, object]:
        """Role and party of the token that came with the message."""
        token = self.gevraagd[0].headers["Authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, options={"verify_signature": False})
        return claims["rol"], claims.get("agb") or claims.get("gemeenten")


@pytest.fixture
def systeem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Systeem:
    gespeeld = Systeem()
    monkeypatch.setenv("HAPPYFLOW_DATA", str(tmp_path))
    monkeypatch.setattr(module.httpx, "Client", partial(httpx.Client, transport=httpx.MockTransport(gespeeld)))
    return gespeeld


@pytest.fixture
def stuur(tmp_path: Path) -> Callable[[bytes], tuple[int, str]]:
    def doe(xml: bytes) -> tuple[int, str]:
        (tmp_path / "bericht.xml").write_bytes(xml)
        uitkomst = CliRunner().invoke(app, ["post", str(tmp_path / "bericht.xml")], env={"COLUMNS": "200"})
        return uitkomst.exit_code, uitkomst.output

    return doe


def test_a_retour_goes_with_the_token_of_its_real_sender(systeem: Systeem, stuur: Any) -> None:
    code, tekst = stuur(xml_op(jw301()))
    assert code == 0, tekst
    assert systeem.gevraagd[0].url.path == "/allocation/v1/berichten"
    assert systeem.rol == ("aanbieder", "12345678")
    assert "JW302 R1 van 12345678 bezorgd bij 0193" in tekst
    assert "Header: alles in orde" in tekst


def test_a_rejecting_retour_is_delivered_all_the_same_and_shown_class_by_class(systeem: Systeem, stuur: Any) -> None:
    systeem.body = {**BODY, "retourcodes": ["9332"]}
    systeem.stand = {**STAND, "meldingen": [MELDING]}
    code, tekst = stuur(xml_op(jw301(), bevinding()))
    assert code == 0, tekst
    assert "Header: 0200 geen opmerkingen" in tekst
    assert "ToegewezenProduct 10072: 9332 het toewijzingnummer hoort al bij een andere toewijzing" in tekst
    assert "Contact" not in tekst
    assert MELDING["uitleg"] in tekst


def test_a_refused_retour_shows_its_problem(systeem: Systeem, stuur: Any) -> None:
    systeem.status = 409
    systeem.body = {"title": "Op dit bericht is al een retour ontvangen", "detail": "De eerste blijft gelden."}
    code, tekst = stuur(xml_op(jw301()))
    assert code == 1
    assert "Op dit bericht is al een retour ontvangen (HTTP 409)" in tekst


def test_a_heenbericht_shows_what_its_receiver_answered(systeem: Systeem, stuur: Any) -> None:
    bericht = jw301()
    systeem.status = 200
    systeem.body = {**BODY, "berichtsoort": "JW301", "identificatie": "1", "afzender": "0193", "ontvanger": "12345678"}
    systeem.retour = xml_op(bericht)
    systeem.stand = {
        **STAND,
        "meldingen": [MELDING],
        "retourOntvanger": {"berichtId": "b2", "ontvangenOp": "", "afgekeurd": True, "retourcodes": ["9332"]},
    }
    code, tekst = stuur(build(bericht))
    assert code == 0, tekst
    assert systeem.rol == ("gemeente", ["0193"])
    assert "De ontvanger antwoordde zelf: afgekeurd, 9332" in tekst
    assert MELDING["uitleg"] in tekst
