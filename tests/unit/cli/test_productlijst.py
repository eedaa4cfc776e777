"""``happyflow productlijst``: what is checked, shown, sent, and given back."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import jwt
import pytest
from typer.testing import CliRunner

from ijw.eigenlijst import KOLOMMEN
from services.cli import verbinding as module
from services.cli.main import app

KOP = ",".join(KOLOMMEN) + "\n"
REGEL = "45Z01,45,Gezin [in] balans,,2027-01-01,\n"
PRODUCT = {
    "productcode": "45Z02",
    "productcategorie": "45",
    "omschrijving": "Oud",
    "variant": "outputgericht",
    "geldigVan": "2026-01-01",
    "geldigTot": "2026-12-31",
}


class Systeem:
    """Answers as the service would, and remembers what it was sent."""

    def __init__(self) -> None:
        self.gevraagd: list[httpx.Request] = []
        self.producten = [PRODUCT]
        self.status = 200

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.gevraagd.append(request)
        if request.method == "PUT":
            problem = {"title": "Deze productlijst neemt codes weg", "fouten": [{"melding": "code 45Z02 geldt niet"}]}
            return httpx.Response(self.status, json={"versie": 4} if self.status == 200 else problem)
        lijst = {"versie": 3, "vastgelegdOp": "2026-05-06T10:00:00Z", "vastgelegdDoor": "jan"}
        return httpx.Response(200, json={**lijst, "producten": self.producten})


@pytest.fixture
def systeem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Systeem:
    gespeeld = Systeem()
    monkeypatch.setenv("HAPPYFLOW_DATA", str(tmp_path))
    monkeypatch.setattr(module.httpx, "Client", partial(httpx.Client, transport=httpx.MockTransport(gespeeld)))
    return gespeeld


Doe = Callable[..., tuple[int, str]]


@pytest.fixture
def doe(tmp_path: Path) -> Doe:
    def start(opdracht: str, *opties: str, csv: str | bytes | None = None) -> tuple[int, str]:
        if csv is not None:
            (tmp_path / "lijst.csv").write_bytes(csv.encode() if isinstance(csv, str) else csv)
            opties = (str(tmp_path / "lijst.csv"), *opties)
        uitkomst = CliRunner().invoke(
            app, ["productlijst", opdracht, *opties, "--gemeente", "0193"], env={"COLUMNS": "200"}
        )
        return uitkomst.exit_code, uitkomst.output

    return start


def test_a_list_is_shown_as_what_changes_and_sent_for_the_version_seen(systeem: Systeem, doe: Doe) -> None:
    code, tekst = doe("importeer", csv=KOP + REGEL)
    assert code == 0, tekst
    assert "+ 45Z01 (45) Gezin [in] balans, vanaf 2027-01-01" in tekst
    assert "- 45Z02 (45) Oud, vanaf 2026-01-01 tot en met 2026-12-31" in tekst
    assert "versie 4" in tekst
    _, put = systeem.gevraagd
    assert (put.method, put.url.path) == ("PUT", "/matching/v1/productlijsten/0193")
    assert (put.url.params["terugwerkend"], put.headers["If-Match"]) == ("false", '"3"')
    assert put.content.decode().replace("\r\n", "\n") == KOP + REGEL
    claims = jwt.decode(put.headers["Authorization"].removeprefix("Bearer "), options={"verify_signature": False})
    assert (claims["rol"], claims["gemeenten"]) == ("gemeente", ["0193"])


def test_on_trial_nothing_is_sent(systeem: Systeem, doe: Doe) -> None:
    code, tekst = doe("importeer", "--proef", csv=KOP + REGEL)
    assert (code, [request.method for request in systeem.gevraagd]) == (0, ["GET"])
    assert "1 regel(s) erbij, 1 regel(s) eraf" in tekst


def test_the_list_that_is_there_already_is_not_sent_again(systeem: Systeem, doe: Doe) -> None:
    code, tekst = doe("importeer", csv=KOP + "45Z02,45,Oud,outputgericht,2026-01-01,2026-12-31\n")
    assert (code, len(systeem.gevraagd)) == (0, 1)
    assert "Er verandert niets" in tekst


def test_every_fault_is_shown_before_anything_is_asked(systeem: Systeem, doe: Doe) -> None:
    code, tekst = doe("importeer", csv=KOP + "45Z001,99,x,,2027-01-01,\n45Z02\n")
    assert (code, systeem.gevraagd) == (1, [])
    assert "regel 2: code:" in tekst
    assert "regel 2: categorie:" in tekst
    assert "regel 3: verwacht 6 velden" in tekst
    assert doe("importeer", csv="é".encode("latin-1"))[0] == 1


def test_what_the_system_refuses_is_shown(systeem: Systeem, doe: Doe) -> None:
    systeem.status = 400
    code, tekst = doe("importeer", csv=KOP + REGEL)
    assert code == 1
    assert "code 45Z02 geldt niet" in tekst
    systeem.status = 200
    assert doe("importeer", "--terugwerkend", csv=KOP + REGEL)[0] == 0
    assert systeem.gevraagd[-1].url.params["terugwerkend"] == "true"


def test_a_list_is_shown_in_words_and_as_a_csv_that_can_be_put_back(systeem: Systeem, doe: Doe) -> None:
    code, tekst = doe("toon", "--versie", "2")
    assert code == 0
    assert "Versie 3, vastgelegd op 2026-05-06 door jan" in tekst
    assert "45Z02 (45) Oud" in tekst
    assert systeem.gevraagd[-1].url.params["versie"] == "2"
    _, csv = doe("toon", "--csv")
    assert csv.replace("\r\n", "\n") == KOP + "45Z02,45,Oud,outputgericht,2026-01-01,2026-12-31\n"
    systeem.producten = []
    assert "landelijke lijst" in doe("toon")[1]


def test_a_gemeente_has_four_digits(systeem: Systeem) -> None:
    assert CliRunner().invoke(app, ["productlijst", "toon", "--gemeente", "193"]).exit_code == 2
    assert systeem.gevraagd == []
