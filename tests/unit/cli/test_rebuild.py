"""``happyflow rebuild`` in words: what it says of an outcome, where nothing runs."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import rebuild
from services.cli.herbouwen import Uitkomst
from services.cli.main import app
from services.cli.ongelezen import Kafka
from services.platform.herbouw import Toestand, Verslag
from services.platform.herbouw.model import RebuildRefusedError
from services.platform.service import Afwijking
from services.platform.settings import Settings

Vervang = Callable[[Uitkomst | Exception], None]


@pytest.fixture
def vervang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vervang:
    """Let the work end in this."""
    monkeypatch.setenv("HAPPYFLOW_DATA", str(tmp_path))

    def zo(outcome: Uitkomst | Exception) -> None:
        async def run(_settings: Settings, _service: str, *, ask: bool, kafka: Kafka) -> Uitkomst:
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        monkeypatch.setattr(rebuild, "_run", run)

    return zo


def _uitkomst(verslag: Verslag, *afwijkingen: Afwijking) -> Uitkomst:
    return Uitkomst("matching", Toestand.AANWEZIG, verslag, afwijkingen, 12.34)


def test_een_onbekende_service_wordt_genoemd_met_die_er_zijn() -> None:
    result = CliRunner().invoke(app, ["rebuild", "grootboek"])
    assert result.exit_code == 2
    assert "onbekende service grootboek; er zijn: allocation," in " ".join(result.stderr.split())


def test_wat_niet_mag_verandert_niets_en_wordt_gezegd(vervang: Vervang) -> None:
    vervang(RebuildRefusedError("matching draait nog; stop eerst elk proces van matching"))
    result = CliRunner().invoke(app, ["rebuild", "matching", "--ja"])
    assert result.exit_code == 1
    assert "matching draait nog" in result.stderr


@pytest.mark.parametrize(
    ("uitkomst", "code", "zinnen"),
    [
        (_uitkomst(Verslag()), 0, ["matching was al zoals zij hoort te zijn", "herbouwd in 12 seconden"]),
        (_uitkomst(Verslag(hersteld={"saldi": 3}, opnieuw_gezegd=2)), 0, ["hersteld: 3 saldi", "2 gebeurtenis(sen)"]),
        (_uitkomst(Verslag(niet_te_herstellen=["contracten"])), 3, ["niet te herstellen: contracten"]),
        (_uitkomst(Verslag(), Afwijking("een saldo klopt", "0193:7")), 1, ["een saldo klopt: 0193:7"]),
    ],
)
def test_de_uitkomst_staat_in_woorden_en_in_de_exitcode(
    vervang: Vervang, uitkomst: Uitkomst, code: int, zinnen: list[str]
) -> None:
    vervang(uitkomst)
    result = CliRunner().invoke(app, ["rebuild", "matching", "--ja"])
    assert result.exit_code == code
    for zin in zinnen:
        assert zin in " ".join(result.stdout.split())


def test_als_json_is_het_verslag_voor_een_programma(vervang: Vervang) -> None:
    vervang(_uitkomst(Verslag(gelezen={"declaraties": 4}, niet_te_herstellen=["contracten"])))
    result = CliRunner().invoke(app, ["rebuild", "matching", "--ja", "--json"])
    assert result.exit_code == rebuild.NIET_ALLES
    assert json.loads(result.stdout) == {
        "service": "matching",
        "toestand": "aanwezig",
        "seconden": 12.3,
        "gelezen": {"declaraties": 4},
        "hersteld": {},
        "opnieuwGezegd": 0,
        "nietTeHerstellen": ["contracten"],
        "afwijkingen": [],
    }
