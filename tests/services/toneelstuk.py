"""A short play in which every service says everything it has to say: all events, all outcomes, a person's decision."""

from typing import Any, Final

import httpx

from ijw.codec import build
from ijw.eigenlijst import KOLOMMEN
from tests.conformance import vol
from tests.conformance.basis import contract, credit, jw301, jw305, jw307, jw323, prestatie, toewijzing
from tests.conformance.keten import INVOICE, Keten
from tests.conformance.toneel import Toneel
from tests.services.systeem import Systeem

PERSOONLIJK: Final = (
    *("Bosman", "Visser", "Anna Maria", "van den", "8011PK", "Kerkplein", "Zwolle", "Gezinshuis", "0612345678"),
    *("gezin@example.org", "2014-07-01", "2014-07-09", "Wijkteam", "Ouders weten", "Belt liever", "Met spoed"),
)
"""What the messages of the play say of the people in it, beside their BSNs."""

_BUDGET: Final = 100_000_00
_LIJST: Final = ",".join(KOLOMMEN) + "\n45Z01,45,Gezin in balans,inspanningsgericht,2026-05-07,\n"
_MOTIVERING: Final = "Overlegd met mevrouw Bosman van het Kerkplein: zij is hier niet bekend."


class Gespeeld:
    """What was played: the parties, and everything in the messages that is a person's own."""

    def __init__(self, toneel: Toneel, ander: Toneel) -> None:
        self.toneel = toneel
        self.bsns = (toneel.bsn, toneel.andere_bsn, ander.bsn)
        self.persoonlijk = (*self.bsns, *PERSOONLIJK)


async def speel(systeem: Systeem) -> Gespeeld:
    """Play it, and wait until everybody has heard everything."""
    keten = Keten(systeem)
    t, ander = keten.toneel(), keten.toneel()
    await _richt_in(systeem, t)
    vooraf, _ = vol.heenbericht("JW301", t)
    await keten.speel([contract(t), *vooraf, vol.bericht("JW301", t), jw305(t, volg=2), jw307(t, volg=3)])
    await keten.speel([*vol.heenbericht("JW315", ander)[0], vol.bericht("JW315", ander)])
    await keten.speel([jw323(t, prestatie(t, "R1"), volg=4)])
    await _declareer(keten, t)
    await _weiger(keten, t)
    await _besluit(systeem, t)
    await systeem.drained()
    return Gespeeld(t, ander)


def _ok(antwoord: httpx.Response) -> Any:
    assert antwoord.is_success, antwoord.text
    return antwoord.json()


async def _richt_in(systeem: Systeem, t: Toneel) -> None:
    """The gemeente sets a budget; another one has a list of product codes of its own."""
    post = {"post": "Ambulant", "productcategorieen": ["45"], "bedrag": _BUDGET}
    pad = f"/ledger/v1/gemeenten/{t.gemeente}/begrotingen/2026"
    gemeente = systeem.headers("gemeente", [t.gemeente])
    _ok(await systeem.client.put(pad, json={"posten": [post]}, headers=gemeente))
    lijst = systeem.headers("gemeente", ["0150"]) | {"Content-Type": "text/csv"}
    _ok(await systeem.client.put("/matching/v1/productlijsten/0150", content=_LIJST.encode(), headers=lijst))


async def _declareer(keten: Keten, t: Toneel) -> None:
    """A credit, a prestatie on an unknown toewijzing, and one whose reference was used before."""
    onbekend = {"toewijzing_nummer": t.toewijzing(9)}
    for nummer, prestaties in {
        "tweede": (credit(prestatie(t, "R1"), "R2"), prestatie(t, "R3", **onbekend)),
        "derde": (prestatie(t, "R1", **onbekend),),
    }.items():
        stuk = jw323(t, *prestaties, volg=len(nummer), declaratie_nummer=nummer)
        antwoord = _ok(await keten.post(build(stuk), t.aanbieder, INVOICE))
        assert antwoord["status"] == "in_behandeling", antwoord["bevindingen"]
        await keten.systeem.drained()


async def _weiger(keten: Keten, t: Toneel) -> None:
    """Messages that are refused: a toewijzing for somebody else under a used number, a declaratie sent twice."""
    fout = jw301(t, toewijzing(t), volg=7, bsn=t.andere_bsn)
    assert _ok(await keten.post(build(fout), t.gemeente))["status"] == "afgekeurd"
    dubbel = jw323(t, prestatie(t, "R7"), volg=8, declaratie_nummer="tweede")
    assert _ok(await keten.post(build(dubbel), t.aanbieder, INVOICE))["status"] == "afgekeurd"


async def _besluit(systeem: Systeem, t: Toneel) -> None:
    """A person rejects what is in uitval, with more words than any other service should hear."""
    wie = systeem.headers("medewerker", [t.gemeente])
    items = _ok(await systeem.client.get("/matching/v1/uitval?status=open", headers=wie))["items"]
    assert items
    for item in items:
        pad = f"/matching/v1/uitval/{item['uitvalId']}"
        etag = (await systeem.client.get(pad, headers=wie)).headers["ETag"]
        besluit = {"besluit": "afwijzen", "motivering": _MOTIVERING}
        _ok(await systeem.client.post(f"{pad}/besluit", json=besluit, headers={**wie, "If-Match": etag}))
