"""The releases of the standard that are known side by side, and which of them a message is of.

A message states its release twice: in its namespace, and as BerichtVersie and BerichtSubversie in its Header. Both
are read before the message is known to be valid, so they only choose the XSD; what that XSD then accepts states the
same release, or it would not be valid.
"""

import csv
import datetime
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Self

import msgspec

from ijw.berichten import BERICHTEN, Bericht
from ijw.codec import build
from ijw.leesfout import OnbekendeRelease, enkel
from ijw.lezen import Kop, andere_release, lees_als, lees_kop
from ijw.retourtoets import HEEN_VAN
from ijw.schemas import SchemaOntbreektError, Schemas
from ijw.structuur import controleer_structuur

KOLOMMEN: Final = ("release", "map", "berichtversie", "berichtsubversie", "geldig_van", "geldig_tot")


class ReleaseregisterError(ValueError):
    """The register of releases is not in its form; the text is Dutch and names the row."""


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """One release: what its messages state, the days on which they are taken in, and its XSDs."""

    naam: str
    versie: int
    subversie: int
    schemas: Schemas
    geldig_van: datetime.date
    geldig_tot: datetime.date | None = None

    @property
    def versies(self) -> tuple[int, int]:
        """BerichtVersie and BerichtSubversie."""
        return (self.versie, self.subversie)

    def geldt_op(self, dag: datetime.date) -> bool:
        """Whether messages of this release are taken in on that day."""
        return self.geldig_van <= dag and (self.geldig_tot is None or dag <= self.geldig_tot)


class Releases:
    """The releases known here, oldest first."""

    def __init__(self, releases: Sequence[Release]) -> None:
        self._releases = tuple(sorted(releases, key=lambda release: (release.geldig_van, release.versies)))
        self._per_versies = {release.versies: release for release in self._releases}
        if not self._releases or len(self._per_versies) != len(self._releases):
            raise ReleaseregisterError("een register heeft ten minste een release, en elke versie een keer")

    @classmethod
    def lees(cls, tekst: str, plaats: Path, eigen: Path | None = None) -> Self:
        """From the CSV of a register with KOLOMMEN; ``map`` is a folder with XSDs, seen from ``plaats``.

        ``eigen`` is a folder that takes the place of ours for the release it holds. ReleaseregisterError for
        anything else, SchemaOntbreektError when ``eigen`` cannot be used.
        """
        rijen = [_Rij.lees(nummer, cellen) for nummer, cellen in _cellen(tekst)]
        vervangen = _vervangen(rijen, eigen) if eigen is not None else ""
        releases = [rij.release(eigen if eigen and rij.naam == vervangen else plaats / rij.map) for rij in rijen]
        return cls(releases)

    def __iter__(self) -> Iterator[Release]:
        return iter(self._releases)

    def lees_bericht(self, data: bytes, verwacht: frozenset[str] | None, op: datetime.date) -> Bericht:
        """The message in ``data`` as received on ``op``, valid against the XSD of its release.

        Else a LeesFout as of `ijw.lezen.lees`; OnbekendeRelease when its release is not known, or not in force.
        """
        data, kop = lees_kop(data)
        return lees_als(data, kop.soort, self.kies(kop, op).schemas, verwacht)

    def kies(self, kop: Kop, op: datetime.date) -> Release:
        """The release in force on ``op`` that a message claims to be of; OnbekendeRelease when there is none.

        The versions decide between releases that share a namespace. When they are none of those, the newest is
        chosen, so that its XSD says what is wrong with them. A retour is in the release of what it answers, also
        when that went out of force between the two.
        """
        mogelijk = [release for release in self._releases if release.schemas.ruimte == kop.ruimte]
        if not mogelijk:
            raise andere_release(kop, self._geldig(op))
        gekozen = next((release for release in mogelijk if release.versies == kop.versies), mogelijk[-1])
        if gekozen.geldt_op(op) or (kop.soort in HEEN_VAN and gekozen.geldig_van <= op):
            return gekozen
        wanneer = (
            f"geldt pas vanaf {gekozen.geldig_van:%d-%m-%Y}"
            if gekozen.geldig_tot is None or op < gekozen.geldig_van
            else f"gold tot en met {gekozen.geldig_tot:%d-%m-%Y}"
        )
        melding = f"Dit bericht is van iJw {gekozen.naam}; die {wanneer}. Nu geldt: iJw {self._geldig(op)}."
        raise OnbekendeRelease(enkel(melding))

    def van(self, versie: int, subversie: int) -> Release:
        """The release of a message with these versions in its Header; KeyError when the register has lost it."""
        return self._per_versies[versie, subversie]

    def geldend(self, op: datetime.date) -> Release:
        """The release for messages of our own on a day: the newest in force, else the newest of all."""
        return next((release for release in reversed(self._releases) if release.geldt_op(op)), self._releases[-1])

    def build(self, bericht: Bericht) -> bytes:
        """The message as XML in the release that its Header states."""
        header = bericht.header
        return build(bericht, self.van(header.bericht_versie, header.bericht_subversie).schemas.ruimte)

    def waarden(self, ldt: str) -> frozenset[str]:
        """The values that a type of the basisschema lists in any release."""
        return frozenset().union(*(release.schemas.waarden(ldt) for release in self._releases))

    @property
    def ruimten(self) -> frozenset[str]:
        """The releases as their namespaces name them."""
        return frozenset(release.schemas.ruimte for release in self._releases)

    def controleer(self) -> None:
        """Compile every XSD, and see that it has the elements that are read here; SchemaOntbreektError otherwise."""
        for release in self._releases:
            for soort in BERICHTEN:
                release.schemas.schema(soort)
                controleer_structuur(release.schemas, soort, release.versies)

    def _geldig(self, op: datetime.date) -> str:
        return " en ".join(release.naam for release in self._releases if release.geldt_op(op)) or "geen enkele release"


class _Rij(msgspec.Struct, frozen=True):
    """A row of the register."""

    nummer: int
    naam: str
    map: str
    versie: int
    subversie: int
    geldig_van: datetime.date
    geldig_tot: datetime.date | None

    @classmethod
    def lees(cls, nummer: int, cellen: Sequence[str]) -> Self:
        try:
            naam, map_, versie, subversie, van, tot = (cel.strip() for cel in cellen)
            rij = cls(
                nummer,
                naam,
                map_,
                int(versie),
                int(subversie),
                datetime.date.fromisoformat(van),
                datetime.date.fromisoformat(tot) if tot else None,
            )
        except ValueError:
            kolommen = ", ".join(KOLOMMEN)
            raise ReleaseregisterError(
                f"rij {nummer} van het releaseregister is niet goed; verwacht {kolommen}"
            ) from None
        if not naam or not map_ or (rij.geldig_tot is not None and rij.geldig_tot < rij.geldig_van):
            raise ReleaseregisterError(
                f"rij {nummer} van het releaseregister is niet goed: een naam of map ontbreekt,"
                " of geldig_tot ligt voor geldig_van"
            )
        return rij

    def release(self, map_: Path) -> Release:
        return Release(
            naam=self.naam,
            versie=self.versie,
            subversie=self.subversie,
            schemas=Schemas(map_),
            geldig_van=self.geldig_van,
            geldig_tot=self.geldig_tot,
        )


def _cellen(tekst: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a register below its heading, which is row 1."""
    lezer = csv.reader(io.StringIO(tekst.removeprefix("\ufeff"), newline=""))
    if tuple(next(lezer, ())) != KOLOMMEN:
        raise ReleaseregisterError(f"rij 1 van het releaseregister: verwacht de kolommen {','.join(KOLOMMEN)}")
    return ((nummer, cellen) for nummer, cellen in enumerate(lezer, 2) if cellen)


def _vervangen(rijen: Sequence[_Rij], eigen: Path) -> str:
    """Which release a folder holds; SchemaOntbreektError when the register does not have that."""
    naam = Schemas(eigen).release or (rijen[0].naam if len(rijen) == 1 else "")
    if naam not in {rij.naam for rij in rijen}:
        wat = f"van iJw {naam}, en die" if naam else "van een release die zij niet noemen: die"
        raise SchemaOntbreektError(f"de XSD's in {eigen} zijn {wat} staat niet in het releaseregister")
    return naam
