"""The rules on the JW325, which nobody can answer: the system's own answers keep them, and a change shows.

What an aanbieder would find in an answer is found by the functions with which ``happyflow check`` holds every JW325
beside its JW323.
"""

from typing import Any

import pytest

from ijw.berichten import JW323, JW325
from ijw.codec import build, parse
from ijw.regels import niveau2
from services.invoice.rules import Antwoordfeiten, beoordeel_antwoord
from tests.conformance import boom
from tests.conformance.basis import VANDAAG
from tests.conformance.geval import REGELS
from tests.conformance.gevallen.jw325 import DECLARATIE, GEVALLEN, Antwoordgeval
from tests.conformance.keten import INVOICE, Keten
from tests.conformance.toneel import Toneel


@pytest.fixture(scope="package")
async def gegeven(keten: Keten) -> tuple[Toneel, JW323, JW325]:
    """A JW323 that was rejected, and the JW325 that came back over HTTP."""
    toneel = keten.toneel()
    await keten.speel(DECLARATIE.vooraf(toneel))
    await keten.systeem.drained()
    heen = DECLARATIE.maak(toneel)
    antwoord = await keten.post(build(heen), toneel.aanbieder, INVOICE)
    await keten.systeem.drained()
    pad = f"{INVOICE}/{antwoord.json()['declaratieId']}/antwoord"
    gelezen = await keten.systeem.client.get(pad, headers=keten.partij(toneel.aanbieder))
    jw325 = parse(gelezen.content)
    assert isinstance(jw325, JW325)
    assert jw325.declaratie_antwoord is not None
    (client,) = jw325.declaratie_antwoord.clienten
    assert [prestatie.retour_codes for prestatie in client.prestaties] == [("8017",), ("9346",)]
    return toneel, heen, jw325


@pytest.mark.parametrize("geval", [pytest.param(geval, id=geval.id) for geval in GEVALLEN])
def test_what_the_receiver_finds_is_what_the_standard_says(
    keten: Keten, gegeven: tuple[Toneel, JW323, JW325], geval: Antwoordgeval
) -> None:
    toneel, heen, jw325 = gegeven
    antwoord: Any = geval.muteer(jw325, toneel)
    assert boom.geldig(boom.lees(build(antwoord)))
    gemeenten = keten.systeem.runtime.contexts["invoice"].gemeenten
    feiten = Antwoordfeiten(heen=heen, vandaag=VANDAAG, gemeenten=gemeenten, **geval.eerder)
    gevonden = niveau2(antwoord) or beoordeel_antwoord(antwoord, feiten)
    assert [(b.regel, b.retourcode, b.niveau, b.pad) for b in gevonden] == [
        (regel, REGELS[regel].retourcode, REGELS[regel].niveau, pad) for regel, pad in geval.fouten
    ]
