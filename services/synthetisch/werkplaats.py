"""Where the story of one client is put together: toewijzingen, prestaties and messages that fit each other.

Normal care and every kind of fault use the same tools, so that a planted fault differs from faultless care in
exactly the thing that is wrong.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from ijw import kalender
from services.synthetisch.aanbod import Cel
from services.synthetisch.bezetting import Bezetting
from services.synthetisch.producten import Product
from services.synthetisch.samenhang import NietPlaatsbaarError, Samenhang
from services.synthetisch.stukken import (
    TOEWIJZINGEN,
    WIJZIGINGEN,
    Bericht301,
    Dossier,
    ExtraDeclaratie,
)
from services.synthetisch.toeval import Toeval
from services.synthetisch.uitkomst import besluit
from services.synthetisch.veld import Ronde, Veld
from services.synthetisch.zorg import Prestatie, Toewijzing

_EERSTE_NUMMER: Final = 100_000_000
_ONBEKENDE_NUMMERS: Final = 900_000_000
_NUMMERS_PER_CLIENT: Final = 100
_BEDENKTIJD: Final = 15
"""Days between the first decision on a toewijzing and today, at least: a later version needs room."""


class Werkplaats:
    """Collects the story of one client."""

    def __init__(self, veld: Veld, client: int, samenhang: Samenhang) -> None:
        self.veld = veld
        self.samenhang = samenhang
        self.client = client
        self.gemeente = veld.gemeente_van(client)
        self.cellen = veld.cellen_van_client(client)
        self.cel = self.cellen[0]
        self.toeval = Toeval(veld.zaad, "verhaal", client)
        self.versies: list[tuple[int, Toewijzing]] = []
        self.prestaties: list[Prestatie] = []
        self.berichten: list[Bericht301] = []
        self.declaraties: list[ExtraDeclaratie] = []
        self.zonder_gewoon = False
        """Whether the first aanbieder gives no normal care: the client must be unknown there at first."""
        self._bezetting = Bezetting()
        self._toewijzingen = 0
        self._referenties = 0
        self._stukken = 0

    def kopie(self) -> "Werkplaats":
        """The same story so far, to be continued without changing this one."""
        nieuw = Werkplaats(self.veld, self.client, self.samenhang)
        nieuw.versies = list(self.versies)
        nieuw.prestaties = list(self.prestaties)
        nieuw.berichten = list(self.berichten)
        nieuw.declaraties = list(self.declaraties)
        nieuw.zonder_gewoon = self.zonder_gewoon
        nieuw._bezetting = self._bezetting.kopie()
        nieuw._toewijzingen = self._toewijzingen
        nieuw._referenties = self._referenties
        nieuw._stukken = self._stukken
        return nieuw

    def dossier(self) -> Dossier:
        """The finished story."""
        return Dossier(
            self.client,
            tuple(self.versies),
            tuple(self.prestaties),
            tuple(self.berichten),
            tuple(self.declaraties),
        )

    @property
    def leeg(self) -> bool:
        """Whether nothing has been planned yet."""
        return not (self.versies or self.prestaties or self.berichten or self.declaraties)

    # products

    def is_vrij(self, cel: Cel, categorie: str, code: str) -> bool:
        """Whether a product may be assigned besides the others of this aanbieder, whatever the dates (TR302)."""
        return self._bezetting.is_vrij(cel.aanbieder, categorie, code)

    def bezet(self, cel: Cel, categorie: str | None, code: str | None) -> None:
        """Take a product; NietPlaatsbaarError when it clashes with another one of the client."""
        self._bezetting.neem(cel.aanbieder, categorie, code)

    def neem(self, eis: Callable[[Product], bool], cel: Cel | None = None) -> Product:
        """A contracted product that is still free and meets a demand; NietPlaatsbaarError when there is none."""
        waar = cel or self.cel
        keuze = [
            product
            for product in self.veld.aanbod.producten(waar)
            if eis(product) and self.is_vrij(waar, product.categorie, product.code)
        ]
        if not keuze:
            raise NietPlaatsbaarError("geen vrij product")
        return self.toeval.kies(keuze)

    # toewijzingen

    def toewijzing(
        self,
        categorie: str | None,
        code: str | None,
        ingang: dt.date,
        eind: dt.date | None,
        *,
        omvang: tuple[int, str, str] | None = None,
        budget: int | None = None,
        cel: Cel | None = None,
        fase: int = TOEWIJZINGEN,
    ) -> Toewijzing:
        """A new toewijzing with its first version, sent in `fase`; `omvang` is volume, eenheid, frequentie.

        NietPlaatsbaarError when the product clashes with another one of the client.
        """
        waar = cel or self.cel
        self.bezet(waar, categorie, code)
        volume, eenheid, frequentie = omvang or (None, None, None)
        toewijzing = Toewijzing(
            cel=waar,
            client=self.client,
            nummer=self.nieuw_nummer(),
            categorie=categorie,
            code=code,
            volume=volume,
            eenheid=eenheid,
            frequentie=frequentie,
            budget=budget,
            ingang=ingang,
            eind=eind,
            datum=self._besluitdatum(ingang),
            tijd=self._tijd(),
            commentaar="Zie het ondersteuningsplan." if self.toeval.kans(2) else None,
        )
        self.versies.append((fase, toewijzing))
        return toewijzing

    def nieuw_nummer(self) -> int:
        """A ToewijzingNummer of this client that was not used before."""
        self._toewijzingen += 1
        if self._toewijzingen >= _NUMMERS_PER_CLIENT:
            raise NietPlaatsbaarError("te veel toewijzingen voor een client")
        return _EERSTE_NUMMER + self.client * _NUMMERS_PER_CLIENT + self._toewijzingen

    def onbekend_nummer(self) -> int:
        """A ToewijzingNummer that no toewijzing has."""
        self._toewijzingen += 1
        return _ONBEKENDE_NUMMERS + self.client * _NUMMERS_PER_CLIENT + self._toewijzingen

    def wijzig(self, toewijzing: Toewijzing, *, fase: int = WIJZIGINGEN, **anders: Any) -> Toewijzing:
        """A newer version that is accepted in `fase`, with its own message; the other products go with it."""
        nieuw = self.versie(toewijzing, **anders)
        self.versies.append((fase, nieuw))
        self.bericht301((nieuw,), fase=fase, bij_de_rest=True)
        return nieuw

    def versie(self, toewijzing: Toewijzing, *, dagen: int | None = None, **anders: Any) -> Toewijzing:
        """The same toewijzing decided again `dagen` later (by chance when not given), with other content."""
        ruimte = (self.veld.vandaag - toewijzing.datum).days - 1
        later = self.toeval.geheel(1, max(1, ruimte)) if dagen is None else dagen
        anders = {"datum": toewijzing.datum + dt.timedelta(days=later), "tijd": self._tijd(), **anders}
        return replace(toewijzing, **anders)

    def _besluitdatum(self, ingang: dt.date) -> dt.date:
        uiterlijk = self.veld.vandaag - dt.timedelta(days=_BEDENKTIJD)
        return min(uiterlijk, ingang) - dt.timedelta(days=self.toeval.geheel(2, 20))

    def _tijd(self) -> str:
        seconde = self.toeval.geheel(8 * 3600, 18 * 3600)
        tijd = f"{seconde // 3600:02}:{seconde // 60 % 60:02}:{seconde % 60:02}"
        return f"{tijd}.{self.toeval.geheel(1, 999):03}" if self.toeval.kans(10) else tijd

    # prestaties

    def periode(self, toewijzing: Toewijzing, maand: dt.date) -> tuple[dt.date, dt.date]:
        """The ProductPeriode of a toewijzing in a month; NietPlaatsbaarError when it has none there."""
        periode = kalender.product_periode(maand, toewijzing.ingang, toewijzing.eind)
        if periode is None:
            raise NietPlaatsbaarError("de toewijzing loopt niet in die maand")
        return periode

    def prestatie(
        self,
        toewijzing: Toewijzing,
        ronde: Ronde,
        maand: dt.date,
        volume: int,
        *,
        code: str | None = None,
        eenheid: str | None = None,
        codes: tuple[str, ...] = (),
        meetellen: bool = True,
        **anders: Any,
    ) -> Prestatie:
        """A debet prestatie over the ProductPeriode in `maand`, priced by the contract, declared in `ronde`.

        `codes` are the findings it must have; the outcome follows from them. `anders` replaces any field.
        With `meetellen` False it is made but not declared.
        """
        begin, eind = anders.pop("periode", None) or self.periode(toewijzing, maand)
        cel = toewijzing.cel
        product = code or toewijzing.code
        in_eenheid = eenheid or toewijzing.eenheid
        assert product is not None
        assert in_eenheid is not None
        prijs: tuple[int | None, int] = (
            (anders["tarief"], anders["bedrag"])
            if "tarief" in anders and "bedrag" in anders
            else self.veld.aanbod.prijs(cel, begin.year, product, in_eenheid, volume)
        )
        velden = {
            "cel": cel,
            "client": self.client,
            "bsn": self.veld.bsn(self.client),
            "ronde": ronde.nummer,
            "referentie": self.referentie(),
            "nummer": toewijzing.nummer,
            "categorie": toewijzing.categorie or product[:2],
            "code": product,
            "begin": begin,
            "eind": eind,
            "volume": volume,
            "eenheid": in_eenheid,
            "tarief": prijs[0],
            "bedrag": prijs[1],
            "codes": tuple(sorted(codes)),
            **anders,
        }
        return self._neem_op(velden, meetellen=meetellen)

    def credit(
        self,
        debet: Prestatie,
        ronde: Ronde,
        *,
        codes: tuple[str, ...] = (),
        meetellen: bool = True,
        **anders: Any,
    ) -> Prestatie:
        """The credit of a debet prestatie: a copy but for its reference, unless `anders` says otherwise."""
        gelijk = ("cel", "client", "bsn", "nummer", "categorie", "code", "begin", "eind", "volume", "eenheid")
        velden = {
            **{naam: getattr(debet, naam) for naam in (*gelijk, "tarief", "bedrag")},
            "ronde": ronde.nummer,
            "referentie": self.referentie(),
            "vorige": debet.referentie,
            "credit": True,
            "codes": tuple(sorted(codes)),
            **anders,
        }
        return self._neem_op(velden, meetellen=meetellen)

    def _neem_op(self, velden: dict[str, Any], *, meetellen: bool) -> Prestatie:
        """Add a prestatie; its outcome follows from its codes, those of its client and the gemeente's policy."""
        if "uitkomst" not in velden:
            alle = (*velden["codes"], *velden.get("client_codes", ()), *velden.get("intern", ()))
            velden["uitkomst"] = besluit(alle, self.veld.beleid.get(self.gemeente, {}))
        prestatie = Prestatie(**velden)
        if meetellen:
            self.prestaties.append(prestatie)
        return prestatie

    def referentie(self) -> str:
        """A ReferentieNummer that the aanbieder never used: at most 20 characters."""
        self._referenties += 1
        return f"R{self.client:07d}-{self._referenties:04d}"

    # messages

    def bericht301(self, toewijzingen: tuple[Toewijzing, ...], *, fase: int = WIJZIGINGEN, **anders: Any) -> Bericht301:
        """A JW301 of its own, besides the one that brings the client's first toewijzingen."""
        nummer = self._stuk()
        uiterlijk = max((t.datum for t in toewijzingen), default=self.veld.vandaag - dt.timedelta(days=_BEDENKTIJD))
        velden: dict[str, Any] = {
            "sleutel": f"jw301-{self.gemeente}-{self.client:07d}-{nummer:02d}",
            "fase": fase,
            "cel": toewijzingen[0].cel if toewijzingen else self.cel,
            "client": self.client,
            "toewijzingen": toewijzingen,
            "identificatie": f"T{self.client:07d}{nummer:02d}",
            "dagtekening": uiterlijk,
            **anders,
        }
        bericht = Bericht301(**velden)
        self.berichten.append(bericht)
        return bericht

    def declaratie(self, ronde: Ronde, prestaties: tuple[Prestatie, ...], **anders: Any) -> ExtraDeclaratie:
        """A JW323 of its own, none of whose prestaties gets as far as a judgement."""
        nummer = self._stuk()
        velden: dict[str, Any] = {
            "sleutel": f"jw323-{self.gemeente}-{self.cel.aanbieder}-{self.client:07d}-{nummer:02d}",
            "ronde": ronde.nummer,
            "cel": self.cel,
            "prestaties": prestaties,
            "maand": ronde.maand,
            "declaratienummer": f"X{self.client:07d}{nummer:02d}",
            "identificatie": f"X{self.client:07d}{nummer:02d}",
            "dagtekening": self.veld.dagtekening(self.cel, ronde),
            **anders,
        }
        declaratie = ExtraDeclaratie(**velden)
        self.declaraties.append(declaratie)
        return declaratie

    def _stuk(self) -> int:
        self._stukken += 1
        if self._stukken >= _NUMMERS_PER_CLIENT:
            raise NietPlaatsbaarError("te veel berichten over een client")
        return self._stukken
