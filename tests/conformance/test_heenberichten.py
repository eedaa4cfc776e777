"""The rules of level 2, 3 and 4 on JW301, 305, 307, 315, 317 and 319, each message with its whole answer."""

import re

import pytest

from tests.conformance import boom, verwachting
from tests.conformance.geval import REGELS, Geval
from tests.conformance.keten import ALLOCATION, Keten
from tests.conformance.register import HEENBERICHTEN


@pytest.mark.parametrize("geval", [pytest.param(geval, id=geval.id) for geval in HEENBERICHTEN])
async def test_the_answer_is_what_the_standard_demands(keten: Keten, geval: Geval) -> None:
    _, xml = await keten.begin(geval)
    heen = boom.lees(xml)
    assert boom.geldig(heen), boom.schema(geval.soort).error_log
    van, aan = (heen.findtext(f"{{*}}Header/{{*}}{naam}") or "" for naam in ("Afzender", "Ontvanger"))
    antwoord = await keten.post(xml, van)
    status = "afgekeurd" if geval.fouten else "geaccepteerd"
    bericht_id = antwoord.json()["berichtId"]
    assert antwoord.status_code == 202
    assert antwoord.json() == {
        "berichtId": bericht_id,
        "berichtsoort": geval.soort,
        "identificatie": heen.findtext("{*}Header/{*}BerichtIdentificatie/{*}Identificatie"),
        "afzender": van,
        "ontvanger": aan,
        "status": status,
        "retourcodes": list(geval.codes),
    }
    # Every finding: which rule, with which code, at which level, where.
    gelezen = await keten.json(f"{ALLOCATION}/{bericht_id}", van)
    assert [(b["regel"], b["retourcode"], b["niveau"], b["pad"]) for b in gelezen["bevindingen"]] == [
        (regel, REGELS[regel].retourcode, REGELS[regel].niveau, pad) for regel, pad in geval.fouten
    ]
    assert all(b["uitleg"] for b in gelezen["bevindingen"])
    # The whole retourbericht, class by class and element by element.
    retour = await keten.xml(f"{ALLOCATION}/{bericht_id}/retour", van)
    identificatie = retour.findtext("{*}Header/{*}IdentificatieRetour") or ""
    assert re.fullmatch(r"HF\d{10}", identificatie)
    assert boom.soort_van(retour) == verwachting.RETOUR[geval.soort][0]
    assert boom.canoniek(retour) == boom.canoniek(verwachting.retour(heen, geval.fouten, identificatie))
    # The sender always finds the answer in its postbus; the receiver gets the message only when it was accepted.
    assert await keten.wacht(gelezen["retourberichtId"], van)
    assert await keten.wacht(bericht_id, aan) == (not geval.fouten)
