"""The chain, recomputed here with nothing but the standard library, as somebody else would."""

import base64
import hashlib
import json
from datetime import UTC, date, datetime

from services.ledger import keten
from services.ledger.boeking import VELDEN
from services.ledger.grootboek import Plaats
from tests.unit.ledger.bouwen import geregistreerd
from tests.unit.ledger.geheugen import Geheugen

PLAATS = Plaats("jw", "0193")


def test_another_program_computes_the_same_hashes() -> None:
    boek = Geheugen()
    boek.verwerk(
        [geregistreerd("é", (202604, "45", 12345), (202603, "46", -1))], datetime(2026, 5, 6, 10, 0, 0, 120, UTC)
    )
    vorige = hashlib.sha256(b"happyflow:grootboek:1:jw:0193").digest()
    for nummer, rij in sorted(boek.rijen[PLAATS].items()):
        waarden: list[object] = []
        for veld in VELDEN:
            waarde = getattr(rij, veld)
            if isinstance(waarde, bytes):
                waarde = base64.b64encode(waarde).decode()
            elif isinstance(waarde, datetime):
                waarde = waarde.isoformat().replace("+00:00", "Z")
            elif isinstance(waarde, date):
                waarde = waarde.isoformat()
            waarden.append(waarde)
        waarden.append([[r.rekening, r.productcategorie, r.bedrag] for r in boek.regels[PLAATS, nummer]])
        inhoud = json.dumps(waarden, ensure_ascii=False, separators=(",", ":")).encode()
        assert rij.vorige_hash == vorige
        assert rij.hash == hashlib.sha256(vorige + inhoud).digest()
        vorige = rij.hash
    assert boek.koppen[PLAATS].laatste_hash == vorige
    assert len(boek.rijen[PLAATS]) == 2


def test_every_grootboek_begins_differently() -> None:
    assert len({keten.begin("jw", "0193"), keten.begin("jw", "0150"), keten.begin("wmo", "0193")}) == 3


def test_a_fingerprint_tells_values_apart() -> None:
    assert keten.vingerafdruk("a", 1) == keten.vingerafdruk("a", 1)
    assert len({keten.vingerafdruk("a", 1), keten.vingerafdruk("a1"), keten.vingerafdruk("a", "1")}) == 3
