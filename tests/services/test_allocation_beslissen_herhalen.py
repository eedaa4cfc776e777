"""What a decision sends again of what runs already: all that was said of it, from the messages it came in."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from ijw.berichten.basis import Product
from services.allocation.beslissing import beslissen
from tests.services.allocation_verkeer import controle, geaccepteerd, verzonden
from tests.services.systeem import Systeem
from tests.unit.allocation.voorbeelden import TOEWIJZING, jw301, toewijzing
from tests.unit.allocation.voorbeelden_verzoek import aangevraagd, jw315, jw317, te_wijzigen

SERVICES = ("allocation",)
ASPECIFIEK = Product(categorie="46")


def dag(nummer: int) -> date:
    """A day of its own for each."""
    return date(2026, 6, 1) + timedelta(nummer)


async def test_iv013_what_is_sent_again_is_what_was_sent_with_all_it_said(systeem: Systeem) -> None:
    """Each from the message that its version came in; a change keeps its remark until the decider makes another."""
    weg, lang = toewijzing(4, product=Product(categorie="47"), omvang=None), date(2026, 12, 31)
    blijft = toewijzing(2, product=ASPECIFIEK, omvang=None, commentaar="alleen op woensdag", reden_wijziging="03")
    anders = toewijzing(1, commentaar="met vervoer", toewijzingstijd="24:00:00")
    derde = toewijzing(3, product=Product(categorie="45", code="45A05"), commentaar="in de groep")
    await geaccepteerd(systeem, jw301(toewijzing(1, commentaar="oud"), blijft, weg))
    # Repeats version 2 without a word, and changes what was said of 1.
    kaal = toewijzing(2, product=ASPECIFIEK, omvang=None)
    await geaccepteerd(systeem, jw301(anders, derde, kaal, identificatie="2"))
    wijzigen = [te_wijzigen(nummer, einddatum=lang, omvang=TOEWIJZING.omvang) for nummer in (1, 3)]
    verzoek_id = await geaccepteerd(systeem, jw317(ongewijzigd=[2, 4], wijzigen=wijzigen))
    keuze = {"volgnummer": 4, "commentaar": "nu alleen"}
    (gemaakt,) = await verzonden(systeem, verzoek_id, {"besluit": "toekennen", "producten": [keuze]})
    een, twee, drie, vier = gemaakt.client.toegewezen_producten
    assert (een.einddatum, een.commentaar, drie.commentaar) == (lang, "met vervoer", "nu alleen")
    assert twee == replace(blijft, referentie_aanbieder="VOW-1", reden_wijziging=None)
    assert vier == replace(weg, referentie_aanbieder="VOW-1")
    tweede = await geaccepteerd(systeem, jw315(aangevraagd(product=Product(categorie="48"), omvang=None)))
    (gemaakt,) = await verzonden(systeem, tweede, {"besluit": "toekennen"})
    opnieuw = gemaakt.client.toegewezen_producten[:4]
    assert [p.commentaar for p in opnieuw] == ["met vervoer", "alleen op woensdag", "nu alleen", None]
    assert {(p.referentie_aanbieder, p.reden_wijziging) for p in opnieuw} == {(None, None)}
    assert await controle(systeem) == {}


async def test_toewijzingen_of_many_messages_are_read_and_one_that_comes_between_is_not_lost(
    systeem: Systeem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More messages than are held at once; what changed between reading and locking is read again."""
    aantal = 23
    for nummer in range(1, aantal + 1):
        van = toewijzing(nummer, commentaar=f"over {nummer}", ingangsdatum=dag(nummer), einddatum=dag(nummer))
        await geaccepteerd(systeem, jw301(van, identificatie=str(nummer)))
    lees, keren = beslissen.lees_verzonden, 0

    async def intussen(*wat: Any) -> Any:
        nonlocal keren
        keren += 1
        gelezen = await lees(*wat)
        if keren == 1:
            erbij = toewijzing(99, commentaar="intussen", ingangsdatum=dag(99), einddatum=dag(99))
            await geaccepteerd(systeem, jw301(erbij, identificatie="erbij"))
        return gelezen

    monkeypatch.setattr(beslissen, "lees_verzonden", intussen)
    verzoek_id = await geaccepteerd(systeem, jw315(aangevraagd(product=Product(categorie="48"), omvang=None)))
    (gemaakt,) = await verzonden(systeem, verzoek_id, {"besluit": "toekennen"})
    *opnieuw, nieuwe = gemaakt.client.toegewezen_producten
    verwacht = {nummer: f"over {nummer}" for nummer in range(1, aantal + 1)} | {99: "intussen"}
    assert {p.toewijzing_nummer: p.commentaar for p in opnieuw} == verwacht
    assert (nieuwe.toewijzing_nummer, nieuwe.commentaar, keren) == (100, None, 2)
