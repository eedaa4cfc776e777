"""What Happyflow sends in a gemeente's name when it decides on a verzoek: messages that keep every rule themselves.

They pass the checks that the gemeente's own messages pass, carry references and reasons as the standard wants them
(IV093, IV094), and the aanbieder can answer them.
"""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from lxml import etree

from ijw.berichten import JW301, JW319
from ijw.codec import build, parse
from ijw.regels import niveau2
from tests.conformance import boom, verwachting, vol
from tests.conformance.basis import D, jw301, jw315, jw317, jw319, toewijzing, twee_toewijzingen
from tests.conformance.gevallen.aanspraak import ANDER_BUDGET
from tests.conformance.keten import ALLOCATION, Keten
from tests.conformance.toneel import Stap, Toneel

VERZOEKEN = "/allocation/v1/verzoeken"
AFWIJZEN = {"besluit": "afwijzen", "redenAfwijzingVerzoek": "4"}
ONDERZOEK = {"besluit": "onderzoek"}
ELDERS = {"besluit": "afwijzen", "redenAfwijzingVerzoek": "8", "gemeenteWoonplaatsbeginsel": "0150"}
TOEKENNEN = {"besluit": "toekennen"}

Verzoek = tuple[Callable[[Toneel], Any], Callable[[Toneel], Sequence[Stap]]]


def _kent_client(t: Toneel) -> Sequence[Stap]:
    """A toewijzing of before, that ended: the gemeente knows who the client is."""
    oud = toewijzing(t, 5, ingangsdatum=D(2025, 1, 1), einddatum=D(2025, 12, 31), toewijzingsdatum=D(2024, 12, 1))
    return (jw301(t, oud, volg=80),)


OM_TOEWIJZING: Verzoek = (jw315, _kent_client)
VOLLEDIG: Verzoek = (lambda t: vol.bericht("JW315", t), _kent_client)
OM_WIJZIGING: Verzoek = (jw317, twee_toewijzingen)
OM_BUDGET: Verzoek = (ANDER_BUDGET.maak, ANDER_BUDGET.vooraf)


async def beslis(keten: Keten, verzoek: Verzoek, besluit: dict[str, Any]) -> tuple[Toneel, Any, list[tuple[str, Any]]]:
    """Ask and decide; who plays, what was asked, and the messages that were made by their ids."""
    maak, vooraf = verzoek
    t = keten.toneel()
    gevraagd = maak(t)
    await keten.speel(vooraf(t))
    antwoord = await keten.post(build(gevraagd), t.aanbieder)
    assert antwoord.json()["retourcodes"] == [], antwoord.text
    pad = f"{VERZOEKEN}/{antwoord.json()['berichtId']}"
    gezien = await keten.systeem.client.get(pad, headers=keten.partij(t.gemeente))
    kop = {**keten.partij(t.gemeente), "If-Match": gezien.headers["ETag"]}
    beslissing = await keten.systeem.client.post(f"{pad}/beslissingen", json=besluit, headers=kop)
    assert beslissing.status_code == 200, beslissing.text
    gemaakt = []
    for item in beslissing.json()["berichten"]:
        wortel = await keten.xml(f"/allocation/v1/postbus/{item['berichtId']}", t.aanbieder)
        bericht = parse(etree.tostring(wortel))
        assert niveau2(bericht) == ()
        retour = await keten.xml(f"{ALLOCATION}/{item['berichtId']}/retour", t.gemeente)
        identificatie = retour.findtext("{*}Header/{*}IdentificatieRetour") or ""
        assert boom.canoniek(retour) == boom.canoniek(verwachting.retour(wortel, (), identificatie))
        # The aanbieder can return its own retour on it, as on what the gemeente sends itself.
        eigen = etree.tostring(verwachting.retour(wortel, (), f"E{t.nummer}"))
        assert (await keten.post(eigen, t.aanbieder)).status_code == 202
        gemaakt.append((item["berichtId"], bericht))
    return t, gevraagd, gemaakt


@pytest.mark.parametrize(
    ("verzoek", "besluit", "antwoord"),
    [
        pytest.param(OM_TOEWIJZING, AFWIJZEN, {"reden_afwijzing_verzoek": "4"}, id="JW315-afwijzen"),
        pytest.param(
            OM_TOEWIJZING, ONDERZOEK, {"verzoek_antwoord": "2", "reden_afwijzing_verzoek": None}, id="JW315-onderzoek"
        ),
        pytest.param(OM_TOEWIJZING, ELDERS, None, id="JW315-woonplaatsbeginsel"),
        pytest.param(OM_WIJZIGING, AFWIJZEN, {"reden_afwijzing_verzoek": "4"}, id="JW317-afwijzen"),
        pytest.param(
            OM_WIJZIGING, ONDERZOEK, {"verzoek_antwoord": "2", "reden_afwijzing_verzoek": None}, id="JW317-onderzoek"
        ),
    ],
)
async def test_a_jw319_is_made_of_what_is_decided(
    keten: Keten, verzoek: Verzoek, besluit: dict[str, Any], antwoord: dict[str, Any] | None
) -> None:
    t, _, ((_, gemaakt),) = await beslis(keten, verzoek, besluit)
    assert isinstance(gemaakt, JW319)
    verwacht = vol.bericht("JW319", t) if antwoord is None else jw319(t, **antwoord)
    assert gemaakt.antwoord == verwacht.antwoord
    assert (gemaakt.header.afzender, gemaakt.header.ontvanger) == (t.gemeente, t.aanbieder)


@pytest.mark.parametrize(
    "verzoek", [pytest.param(OM_TOEWIJZING, id="een"), pytest.param(VOLLEDIG, id="twee-producten")]
)
async def test_iv094_a_jw315_is_granted_with_a_reference_on_what_is_new_alone(keten: Keten, verzoek: Verzoek) -> None:
    t, gevraagd, ((_, gemaakt),) = await beslis(keten, verzoek, TOEKENNEN)
    assert isinstance(gemaakt, JW301)
    assert [
        (p.referentie_aanbieder, p.product, p.ingangsdatum, p.einddatum, p.omvang, p.budget, p.reden_wijziging)
        for p in gemaakt.client.toegewezen_producten
    ] == [
        (a.referentie_aanbieder, a.product, a.toewijzing_ingangsdatum, a.toewijzing_einddatum, a.omvang, a.budget, None)
        for a in gevraagd.client.aangevraagde_producten
    ]
    register = await keten.json(f"/allocation/v1/toewijzingen?aanbieder={t.aanbieder}&actueelOp=2026-06-01", t.gemeente)
    assert len(register["items"]) == len(gevraagd.client.aangevraagde_producten)


async def test_iv093_a_jw317_is_granted_with_its_reference_on_every_product(keten: Keten) -> None:
    t, _, ((_, gemaakt),) = await beslis(keten, OM_WIJZIGING, TOEKENNEN)
    assert isinstance(gemaakt, JW301)
    producten = gemaakt.client.toegewezen_producten
    assert {p.referentie_aanbieder for p in producten} == {t.referentie()}
    # Hours a month cannot change under one number (IV066): withdrawn the day before, and a new one from then.
    regels = {(p.ingangsdatum, p.einddatum, p.omvang and p.omvang.volume, p.reden_wijziging) for p in producten}
    assert regels == {
        (D(2026, 1, 1), D(2026, 5, 31), 12, "12"),
        (D(2026, 6, 1), D(2026, 12, 31), 20, None),
        (D(2026, 1, 1), D(2026, 12, 31), 12, None),
    }


async def test_iv066_a_budget_is_changed_under_its_own_number(keten: Keten) -> None:
    t, _, ((_, gemaakt),) = await beslis(keten, OM_BUDGET, TOEKENNEN)
    assert isinstance(gemaakt, JW301)
    (product,) = gemaakt.client.toegewezen_producten
    assert (product.toewijzing_nummer, product.budget, product.reden_wijziging) == (t.toewijzing(), 600_000, "12")
