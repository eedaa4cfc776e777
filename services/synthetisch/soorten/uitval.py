"""Prestaties that go to the work queue, and why each gets exactly these codes.

As in `afwijzing`, whatever a kind does not mention is right. What waits in the queue counts in the sums of its
toewijzing, so no such toewijzing is declared on again afterwards.
"""

from services.synthetisch.producten import PRODUCTEN, ZONDER_CONTRACT
from services.synthetisch.samenhang import NietPlaatsbaarError
from services.synthetisch.soorten.soort import (
    Soort,
    aspecifieke_categorie,
    een_week,
    maandnummer,
    ruime_uren,
    uren_product,
    zonder_omvang,
)
from services.synthetisch.uitkomst import GEEN_CONTRACTREGEL
from services.synthetisch.veld import maand_verder
from services.synthetisch.werkplaats import Werkplaats


def _9338(w: Werkplaats) -> None:
    """TR338: a ToewijzingNummer that no toewijzing has. The client is known through another toewijzing (no 8187);
    every rule that compares with the toewijzing has nothing to compare with."""
    nummer = maandnummer(w, wacht=True)
    maand = w.veld.maanden[nummer]
    toewijzing = ruime_uren(w, maand)
    w.prestatie(
        toewijzing, w.veld.ronde(nummer), maand, een_week(w, toewijzing), nummer=w.onbekend_nummer(),
        codes=("9338",), fout="9338",
    )  # fmt: skip


def _9338_aanbieder(w: Werkplaats) -> None:
    """TR338: the number is that of the client's toewijzing at another aanbieder."""
    if len(w.cellen) < 2:
        raise NietPlaatsbaarError("de client heeft een aanbieder")
    nummer = maandnummer(w, wacht=True)
    maand = w.veld.maanden[nummer]
    eigen = ruime_uren(w, maand)
    product = w.neem(uren_product, w.cellen[1])
    elders = w.toewijzing(
        product.categorie, product.code, eigen.ingang, eigen.eind, omvang=(6, "04", "2"), cel=w.cellen[1]
    )
    w.prestatie(
        eigen, w.veld.ronde(nummer), maand, een_week(w, eigen), nummer=elders.nummer, codes=("9338",),
        fout="9338-andere-aanbieder",
    )  # fmt: skip


def _9338_client(w: Werkplaats) -> None:
    """TR338: the number is that of a toewijzing of another client at this aanbieder, on which nothing is declared.
    The client under whom it is declared is known here by care of its own."""
    anderen = [ander for ander in w.veld.clienten_van(w.cel) if ander != w.client and ander not in w.samenhang.bezet]
    if not anderen:
        raise NietPlaatsbaarError("geen andere client bij deze aanbieder")
    ander = w.toeval.kies(anderen)
    nummer = maandnummer(w, wacht=True)
    maand = w.veld.maanden[nummer]
    toewijzing = ruime_uren(w, maand)
    w.samenhang.met_rust.add(ander)
    w.prestatie(
        toewijzing, w.veld.ronde(nummer), maand, een_week(w, toewijzing), bsn=w.veld.bsn(ander),
        codes=("9338",), fout="9338-andere-client",
    )  # fmt: skip


def _8187(w: Werkplaats) -> None:
    """TR304: nobody has a toewijzing for this client at this aanbieder, so the Client waits as a whole, with one or
    two prestaties. No toewijzing has their numbers either (TR338 9338), and the decision is on the Client."""
    nummer = maandnummer(w, wacht=True)
    maand = w.veld.maanden[nummer]
    volgnummer = w.samenhang.vreemden.get(w.gemeente, 0)
    try:
        bsn = w.veld.vreemde_bsn(w.gemeente, volgnummer)
    except LookupError as fout:
        raise NietPlaatsbaarError(str(fout)) from None
    w.samenhang.vreemden[w.gemeente] = volgnummer + 1
    voorbeeld = ruime_uren(w, maand)
    for _ in range(w.toeval.geheel(1, 2)):
        w.prestatie(
            voorbeeld, w.veld.ronde(nummer), maand, een_week(w, voorbeeld), nummer=w.onbekend_nummer(), bsn=bsn,
            codes=("9338",), client_codes=("8187",), fout="8187",
        )  # fmt: skip


def _9339(w: Werkplaats) -> None:
    """TR339: an aspecific toewijzing for one categorie, a contracted product of another (no code to compare: no
    9340; no Omvang, and the unit is that of the contract: no 9341)."""
    nummer = maandnummer(w, wacht=True)
    maand = w.veld.maanden[nummer]
    categorie = aspecifieke_categorie(w)
    code = "41A03" if categorie == "45" else "45A05"
    toewijzing = zonder_omvang(w, maand, categorie)
    w.prestatie(
        toewijzing, w.veld.ronde(nummer), maand, 2, code=code, eenheid=PRODUCTEN[code].eenheid,
        categorie=code[:2], codes=("9339",), fout="9339",
    )  # fmt: skip


def _9339_specifiek(w: Werkplaats) -> None:
    """TR339 under a specific toewijzing: another categorie has other codes, so TR340 (9340) fails too. Both
    products are contracted by the hour."""
    nummer = maandnummer(w, wacht=True)
    maand = w.veld.maanden[nummer]
    product = w.neem(lambda p: uren_product(p) and p.categorie == "45")
    toewijzing = w.toewijzing("45", product.code, maand_verder(maand, -1), None, omvang=(20, "04", "4"))
    w.prestatie(
        toewijzing, w.veld.ronde(nummer), maand, 2, code="46A01", categorie="46",
        codes=("9339", "9340"), fout="9339-specifiek",
    )  # fmt: skip


def _9340(w: Werkplaats) -> None:
    """TR340: the other hourly product of the same categorie, at its own tariff."""
    nummer = maandnummer(w, wacht=True)
    maand = w.veld.maanden[nummer]
    product = w.neem(lambda p: uren_product(p) and p.categorie == "45")
    toewijzing = w.toewijzing("45", product.code, maand_verder(maand, -1), None, omvang=(20, "04", "4"))
    ander = "45A05" if product.code == "45A04" else "45A04"
    w.prestatie(toewijzing, w.veld.ronde(nummer), maand, 3, code=ander, codes=("9340",), fout="9340")


def _9341(w: Werkplaats) -> None:
    """TR341: assigned by the hour, declared by the session, which the contract also has a tariff for. One unit is
    below every maximum, whatever it is taken for."""
    nummer = maandnummer(w, wacht=True)
    maand = w.veld.maanden[nummer]
    product = w.neem(lambda p: p.code == "45A04")
    toewijzing = w.toewijzing("45", product.code, maand_verder(maand, -1), None, omvang=(20, "04", "4"))
    w.prestatie(toewijzing, w.veld.ronde(nummer), maand, 1, eenheid="84", codes=("9341",), fout="9341")


def _9341_uur(w: Werkplaats) -> None:
    """TR341: assigned in minutes, declared in hours: the exception goes the other way only. The contract's hour
    tariff serves both units, and one hour fits the minutes of a month."""
    nummer = maandnummer(w, wacht=True)
    maand = w.veld.maanden[nummer]
    product = w.neem(uren_product)
    toewijzing = w.toewijzing(product.categorie, product.code, maand_verder(maand, -1), None, omvang=(600, "01", "4"))
    w.prestatie(toewijzing, w.veld.ronde(nummer), maand, 1, eenheid="04", codes=("9341",), fout="9341-uur-op-minuut")


def _9341_contract(w: Werkplaats) -> None:
    """TR341 without Omvang: the contract has the code by the hour only. The tariff sent is the hour's, so there is
    nothing to say about it in any reading (no 0611), and the amount is volume x tariff (no 9346)."""
    nummer = maandnummer(w, wacht=True)
    maand = w.veld.maanden[nummer]
    toewijzing = zonder_omvang(w, maand, "45")
    goed = w.prestatie(toewijzing, w.veld.ronde(nummer), maand, 2, code="45A05", eenheid="04", meetellen=False)
    w.prestatie(
        toewijzing, w.veld.ronde(nummer), maand, 2, code="45A05", eenheid="84", tarief=goed.tarief,
        bedrag=goed.bedrag, codes=("9341",), fout="9341-zonder-omvang",
    )  # fmt: skip


def _0611(w: Werkplaats) -> None:
    """TR418: another tariff than the contract's, and the amount made from it (no 9346)."""
    nummer = maandnummer(w, wacht=True)
    maand = w.veld.maanden[nummer]
    toewijzing = ruime_uren(w, maand)
    volume = een_week(w, toewijzing)
    goed = w.prestatie(toewijzing, w.veld.ronde(nummer), maand, volume, meetellen=False)
    assert goed.tarief is not None
    tarief = goed.tarief + w.toeval.kies((-250, -1, 1, 100, 365))
    w.prestatie(
        toewijzing, w.veld.ronde(nummer), maand, volume, tarief=tarief, bedrag=volume * tarief,
        codes=("0611",), fout="0611",
    )  # fmt: skip


def _geen_contractregel(w: Werkplaats) -> None:
    """No rule of the standard: a product of the assigned categorie that the contract has no line for. The code is
    on the national list (no S329) and the amount is volume x tariff (no 9346)."""
    nummer = maandnummer(w, wacht=True)
    maand = w.veld.maanden[nummer]
    categorie = aspecifieke_categorie(w)
    toewijzing = zonder_omvang(w, maand, categorie)
    w.prestatie(
        toewijzing, w.veld.ronde(nummer), maand, 3, code=ZONDER_CONTRACT[categorie],
        eenheid="04" if categorie == "45" else "16", tarief=9_000, bedrag=27_000,
        intern=(GEEN_CONTRACTREGEL,), fout="geen-contractregel",
    )  # fmt: skip


def _geen_contractregel_specifiek(w: Werkplaats) -> None:
    """As geen-contractregel under a specific toewijzing for such a product: without a tariff that toewijzing
    commits no money either."""
    nummer = maandnummer(w, wacht=True)
    maand = w.veld.maanden[nummer]
    toewijzing = w.toewijzing("45", ZONDER_CONTRACT["45"], maand_verder(maand, -1), None, omvang=(30, "04", "4"))
    w.prestatie(
        toewijzing, w.veld.ronde(nummer), maand, 4, tarief=9_950, bedrag=39_800,
        intern=(GEEN_CONTRACTREGEL,), fout="geen-contractregel-specifiek",
    )  # fmt: skip


SOORTEN = (
    Soort("9338", "prestatie", 8, _9338, wacht=True),
    Soort("9338-andere-aanbieder", "prestatie", 2, _9338_aanbieder, wacht=True),
    Soort("9338-andere-client", "prestatie", 2, _9338_client, wacht=True),
    Soort("8187", "prestatie", 5, _8187, wacht=True),
    Soort("9339", "prestatie", 4, _9339, wacht=True),
    Soort("9339-specifiek", "prestatie", 2, _9339_specifiek, wacht=True),
    Soort("9340", "prestatie", 6, _9340, wacht=True),
    Soort("9341", "prestatie", 4, _9341, wacht=True),
    Soort("9341-uur-op-minuut", "prestatie", 3, _9341_uur, wacht=True),
    Soort("9341-zonder-omvang", "prestatie", 2, _9341_contract, wacht=True),
    Soort("0611", "prestatie", 8, _0611, wacht=True),
    Soort("geen-contractregel", "prestatie", 4, _geen_contractregel, wacht=True),
    Soort("geen-contractregel-specifiek", "prestatie", 2, _geen_contractregel_specifiek, wacht=True),
)
