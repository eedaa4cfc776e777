"""What the region is about, as the generator sees it: toewijzingen and prestaties, with what has to become of them."""

import datetime as dt

import msgspec

from ijw.berichten.basis import BedragMetDC, GeslotenPeriode, Omvang, Product, Referentie
from ijw.berichten.jw301 import ToegewezenProduct301
from ijw.berichten.jw323 import Prestatie323
from services.synthetisch.aanbod import Cel
from services.synthetisch.uitkomst import Besluit, Uitkomst

VERWIJDERD = "13"


class Toewijzing(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a toewijzing; volume in the Eenheid (eurocents for 83), budget in eurocents."""

    cel: Cel
    client: int
    nummer: int
    categorie: str | None = None
    code: str | None = None
    volume: int | None = None
    eenheid: str | None = None
    frequentie: str | None = None
    budget: int | None = None
    ingang: dt.date
    eind: dt.date | None = None
    datum: dt.date
    tijd: str
    reden: str | None = None
    referentie: str | None = None
    commentaar: str | None = None

    @property
    def verwijderd(self) -> bool:
        """Whether this version says that the toewijzing counts as never sent."""
        return self.reden == VERWIJDERD

    def als_xml(self) -> ToegewezenProduct301:
        """As it stands in a JW301."""
        omvang = None
        if self.volume is not None:
            assert self.eenheid is not None
            assert self.frequentie is not None
            omvang = Omvang(volume=self.volume, eenheid=self.eenheid, frequentie=self.frequentie)
        return ToegewezenProduct301(
            toewijzing_nummer=self.nummer,
            referentie_aanbieder=self.referentie,
            product=None if self.categorie is None else Product(categorie=self.categorie, code=self.code),
            toewijzingsdatum=self.datum,
            toewijzingstijd=self.tijd,
            ingangsdatum=self.ingang,
            einddatum=self.eind,
            reden_wijziging=self.reden,
            omvang=omvang,
            budget=self.budget,
            commentaar=self.commentaar,
        )


class Prestatie(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a declaratie and the end it must come to; amounts in cents, without sign.

    `codes` are the retourcodes of its findings, sorted (for one in uitval: those the queue shows), `client_codes`
    those of its Client, `intern` the findings that have no retourcode. `fout` names the planted fault. `tussendoor`
    tells that it waits in the queue for a while and is then judged again by the system, `besluit` that a person
    decides about it there.
    """

    cel: Cel
    client: int
    bsn: str
    ronde: int
    referentie: str
    vorige: str | None = None
    nummer: int
    categorie: str
    code: str
    begin: dt.date
    eind: dt.date
    volume: int
    eenheid: str
    tarief: int | None
    bedrag: int
    credit: bool = False
    uitkomst: Uitkomst = "toegekend"
    codes: tuple[str, ...] = ()
    client_codes: tuple[str, ...] = ()
    intern: tuple[str, ...] = ()
    fout: str | None = None
    tussendoor: bool = False
    besluit: Besluit | None = None

    @property
    def wacht(self) -> bool:
        """Whether it is in the work queue when its declaratie has been judged."""
        return self.uitkomst == "inUitval" or self.tussendoor or self.besluit is not None

    @property
    def bedrag_met_teken(self) -> int:
        """Signed cents: a credit is negative."""
        return -self.bedrag if self.credit else self.bedrag

    def als_xml(self) -> Prestatie323:
        """As it stands in a JW323."""
        return Prestatie323(
            product_referentie=Referentie(referentie_nummer=self.referentie, vorig_referentie_nummer=self.vorige),
            toewijzing_nummer=self.nummer,
            product_categorie=self.categorie,
            product_code=self.code,
            product_periode=GeslotenPeriode(begindatum=self.begin, einddatum=self.eind),
            geleverd_volume=self.volume,
            eenheid=self.eenheid,
            product_tarief=self.tarief,
            ingediend_bedrag=BedragMetDC(bedrag=self.bedrag, debet_credit="C" if self.credit else "D"),
        )
