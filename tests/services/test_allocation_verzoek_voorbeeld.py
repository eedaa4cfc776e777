"""The example of docs/services/verzoeken.md, played as it stands there."""

import json
import re
from pathlib import Path

from services.platform.auth import Rol
from tests.services.allocation_verkeer import BERICHTEN, VERZOEKEN, controle
from tests.services.systeem import Systeem

SERVICES = ("allocation",)
DOCS = Path(__file__).parents[2] / "docs"


async def test_the_example_in_the_documentation_does_what_it_says(systeem: Systeem) -> None:
    tekst = (DOCS / "services" / "verzoeken.md").read_text(encoding="utf-8")
    besluiten = re.findall(r"""-H 'If-Match: ("\d+")' -d '\s*(\{.*?\})'""", tekst, re.DOTALL)
    aanbieder = systeem.headers(Rol.AANBIEDER, agb="42000001")
    anna = systeem.headers(Rol.MEDEWERKER, ["0193"], sub="anna")
    answer = await systeem.post_xml(BERICHTEN, (DOCS / "voorbeelden" / "JW315.xml").read_bytes(), aanbieder)
    assert answer.json()["status"] == "geaccepteerd"
    (open_,) = (await systeem.client.get(f"{VERZOEKEN}?status=open&gemeente=0193", headers=anna)).json()["items"]
    pad = f"{VERZOEKEN}/{open_['verzoekId']}"
    statussen = [
        (
            await systeem.client.post(
                f"{pad}/beslissingen", json=json.loads(besluit), headers={**anna, "If-Match": if_match}
            )
        ).status_code
        for if_match, besluit in besluiten
    ]
    assert statussen == [400, 200, 200]
    wacht = (await systeem.client.get("/allocation/v1/postbus", headers=aanbieder)).json()["items"]
    assert [item["berichtsoort"] for item in wacht] == ["JW316", "JW301", "JW319"]
    assert (await systeem.client.get(pad, headers=anna)).json()["status"] == "deels_toegekend"
    assert await controle(systeem) == {}
