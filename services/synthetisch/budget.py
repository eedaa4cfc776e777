"""The budget figures the region must end with: summed from toewijzingen and prestaties, without any bookkeeping.

ingediend: signed amounts of every prestatie of an accepted declaratie; inUitval, toegekend, afgewezen: of those
with that end. verplicht: per toewijzing and year what it commits less what was awarded on it in that year, never
below zero. resterend = begroot - verplicht - toegekend. The year is that of the ProductPeriode. All in cents.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from services.synthetisch.aanbod import Aanbod
from services.synthetisch.begroting import begroting
from services.synthetisch.stukken import SLOT, WIJZIGINGEN, Dossier
from services.synthetisch.veld import Veld
from services.synthetisch.verplichting import verplichting
from services.synthetisch.zorg import Toewijzing

NIET_BEGROOT: Final = "niet begroot"

Sleutel = tuple[str, int]
"""Gemeente and year."""


class Bedragen(msgspec.Struct, kw_only=True, rename="camel"):
    """The figures of a gemeente, or of one post of it, in a year."""

    begroot: int = 0
    verplicht: int = 0
    ingediend: int = 0
    in_uitval: int = 0
    toegekend: int = 0
    afgewezen: int = 0
    resterend: int = 0

    def tel_op(self, anders: "Bedragen") -> None:
        """Add the figures of a part."""
        for veld in self.__struct_fields__:
            setattr(self, veld, getattr(self, veld) + getattr(anders, veld))

    def sluit(self) -> None:
        """Work out what is left."""
        self.resterend = self.begroot - self.verplicht - self.toegekend

    @property
    def uitputting_promille(self) -> int | None:
        """Awarded to budgeted in tenths of a percent, half up; None when nothing is budgeted."""
        return None if self.begroot == 0 else (2000 * self.toegekend + self.begroot) // (2 * self.begroot)


class Jaarbudget(msgspec.Struct, kw_only=True):
    """The figures of a gemeente in a year: as a whole and by post."""

    totaal: Bedragen
    posten: dict[str, Bedragen]


def actuele_versies(dossier: Dossier, tot_en_met: int) -> list[Toewijzing]:
    """Of every toewijzing of a client the newest version that was accepted up to a phase."""
    laatste: dict[int, Toewijzing] = {}
    for fase, versie in dossier.versies:
        if fase <= tot_en_met:
            laatste[versie.nummer] = versie
    return list(laatste.values())


def verplicht_bij_aanvang(veld: Veld, dossiers: Iterable[Dossier]) -> dict[Sleutel, int]:
    """What is committed when all toewijzingen and their changes are in and nothing has been declared."""
    som: dict[Sleutel, int] = {}
    for dossier in dossiers:
        for versie in actuele_versies(dossier, WIJZIGINGEN):
            for jaar, cent in verplichting(versie, veld.aanbod, veld.vandaag).items():
                sleutel = (versie.cel.gemeente, jaar)
                som[sleutel] = som.get(sleutel, 0) + cent
    return som


def budgetten(veld: Veld, dossiers: Iterable[Dossier]) -> dict[Sleutel, Jaarbudget]:
    """The figures per gemeente and year at the end, for every year that has any."""
    per_categorie: dict[tuple[str, int, str | None], Bedragen] = {}

    def deel(gemeente: str, jaar: int, categorie: str | None) -> Bedragen:
        return per_categorie.setdefault((gemeente, jaar, categorie), Bedragen())

    for dossier in dossiers:
        for prestatie in dossier.prestaties:
            bedragen = deel(prestatie.cel.gemeente, prestatie.begin.year, prestatie.categorie)
            cent = prestatie.bedrag_met_teken
            bedragen.ingediend += cent
            if prestatie.uitkomst == "toegekend":
                bedragen.toegekend += cent
            elif prestatie.uitkomst == "inUitval":
                bedragen.in_uitval += cent
            else:
                bedragen.afgewezen += cent
        for gemeente, jaar, categorie, cent in _open_verplichtingen(dossier, veld.aanbod, veld):
            deel(gemeente, jaar, categorie).verplicht += cent
    return _per_jaar(veld, per_categorie)


def _open_verplichtingen(dossier: Dossier, aanbod: Aanbod, veld: Veld) -> Iterator[tuple[str, int, str | None, int]]:
    """Gemeente, year, categorie of the toewijzing and what it still commits."""
    toegekend: dict[tuple[int, int], int] = {}
    for prestatie in dossier.prestaties:
        # what a person awards without a known toewijzing uses up what none committed
        if prestatie.uitkomst == "toegekend" and "9338" not in prestatie.codes:
            sleutel = (prestatie.nummer, prestatie.begin.year)
            toegekend[sleutel] = toegekend.get(sleutel, 0) + prestatie.bedrag_met_teken
    for versie in actuele_versies(dossier, SLOT):
        for jaar, cent in verplichting(versie, aanbod, veld.vandaag).items():
            yield versie.cel.gemeente, jaar, versie.categorie, max(0, cent - toegekend.get((versie.nummer, jaar), 0))


def _per_jaar(veld: Veld, per_categorie: dict[tuple[str, int, str | None], Bedragen]) -> dict[Sleutel, Jaarbudget]:
    """Gather categorieen into posts and posts into the whole; what no post has is not budgeted."""
    sleutels = {(gemeente, jaar) for gemeente, jaar, _ in per_categorie}
    sleutels |= {(gemeente, jaar) for gemeente in veld.opties.gemeenten for jaar in veld.aanbod.jaren}
    uitkomst = {}
    for gemeente, jaar in sorted(sleutels):
        posten: dict[str, Bedragen] = {}
        post_van: dict[str | None, str] = {}
        if jaar in veld.aanbod.jaren:
            for post in begroting(veld, gemeente, jaar):
                posten[post.post] = Bedragen(begroot=post.bedrag)
                post_van.update(dict.fromkeys(post.productcategorieen, post.post))
        for (van_gemeente, van_jaar, categorie), bedragen in per_categorie.items():
            if (van_gemeente, van_jaar) == (gemeente, jaar):
                posten.setdefault(post_van.get(categorie, NIET_BEGROOT), Bedragen()).tel_op(bedragen)
        totaal = Bedragen()
        for bedragen in posten.values():
            bedragen.sluit()
            totaal.tel_op(bedragen)
        uitkomst[gemeente, jaar] = Jaarbudget(totaal=totaal, posten=posten)
    return uitkomst
