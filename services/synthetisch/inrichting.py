"""What the gemeenten set up before anything else: begrotingen, policy, contracts."""

from collections.abc import Iterator
from typing import Any

import msgspec

from services.synthetisch.begroting import begroting
from services.synthetisch.veld import Veld
from services.synthetisch.verwachting import Stap, VerwachtOpslag


def inrichting(veld: Veld, fase: str) -> Iterator[Stap]:
    """A step per begroting, per policy and per contract, all by the gemeente itself."""
    for gemeente in veld.opties.gemeenten:
        for jaar in veld.aanbod.jaren:
            posten = {"posten": begroting(veld, gemeente, jaar)}
            pad = f"/ledger/v1/gemeenten/{gemeente}/begrotingen/{jaar}"
            yield _opslag(fase, "begroting", f"begroting-{gemeente}-{jaar}", pad, gemeente, posten)
        beleid = veld.beleid.get(gemeente)
        if beleid:
            regels = [{"retourcode": code, "behandeling": wat} for code, wat in beleid.items()]
            pad = f"/matching/v1/beleid/{gemeente}"
            yield _opslag(fase, "beleid", f"beleid-{gemeente}", pad, gemeente, {"regels": regels})
    for cel in veld.aanbod.cellen:
        for jaar in veld.aanbod.jaren:
            contract: dict[str, Any] = {"regels": veld.aanbod.regels(cel, jaar)}
            plafond = veld.aanbod.plafond(cel, jaar)
            if plafond is not None:
                contract["plafond"] = plafond
            pad = f"/matching/v1/contracten/{cel.gemeente}/{cel.aanbieder}/{jaar}"
            sleutel = f"contract-{cel.gemeente}-{cel.aanbieder}-{jaar}"
            yield _opslag(fase, "contract", sleutel, pad, cel.gemeente, contract)


def _opslag(fase: str, soort: Any, sleutel: str, pad: str, gemeente: str, inhoud: Any) -> Stap:
    return Stap(
        sleutel=sleutel,
        fase=fase,
        soort=soort,
        methode="PUT",
        pad=pad,
        rol="gemeente",
        partij=gemeente,
        inhoudstype="application/json",
        inhoud=json_bytes(inhoud),
        verwacht=VerwachtOpslag(),
    )


def json_bytes(inhoud: Any) -> bytes:
    """JSON for people: indented, one line end at the end."""
    return msgspec.json.format(msgspec.json.encode(inhoud), indent=2) + b"\n"
