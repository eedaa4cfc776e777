"""A second opinion on a region: reads the bytes of its steps and applies the rules as they are written.

It shares nothing with the generator but the message library: no plan, no expectation, no tariff is taken from it.
Slow and plain on purpose: everything in lists, looked through from the start.
"""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ijw import kalender, volume
from ijw.berichten import JW301, JW323
from ijw.berichten.jw301 import ToegewezenProduct301
from ijw.berichten.jw323 import Prestatie323
from ijw.codelijsten import Gemeentelijst, Productcodelijst
from ijw.lezen import LeesFout, lees
from ijw.regels import niveau2
from ijw.schemas import Schemas
from services.synthetisch import Stap
from services.synthetisch.verwachting import (
    Verwacht,
    VerwachtAntwoord,
    VerwachtBesluit,
    VerwachtHerhaling,
    VerwachtOpslag,
    VerwachtRetour,
    VerwachtWeigering,
)

REJECT = frozenset({"8017", "8021", "9319", "9346", "9384", "9387", "9388", "9389", "9390", "S329"})


@dataclass
class Regel:
    """A judged line."""

    declaratie: str
    gemeente: str
    aanbieder: str
    bsn: str
    periode_eind: dt.date
    p: Prestatie323
    eerder_gebruikt: bool
    codes: list[str] = field(default_factory=list)
    client_codes: list[str] = field(default_factory=list)
    intern: list[str] = field(default_factory=list)
    uitkomst: str = ""

    @property
    def credit(self) -> bool:
        return self.p.ingediend_bedrag.debet_credit == "C"

    @property
    def telt(self) -> bool:
        return self.uitkomst in {"toegekend", "inUitval"}


@dataclass
class Toewijzing:
    gemeente: str
    aanbieder: str
    bsn: str
    t: ToegewezenProduct301

    @property
    def moment(self) -> str:
        return kalender.tijdstip(self.t.toewijzingsdatum, self.t.toewijzingstijd)


def in_minuten(aantal: int, eenheid: str) -> int:
    return aantal * 60 if eenheid == "04" else aantal


class Orakel:
    """Plays steps in order and keeps what a system would know."""

    def __init__(self, schemas: Schemas, gemeenten: Gemeentelijst, productcodes: Productcodelijst, vandaag: dt.date):
        self.schemas, self.gemeenten, self.productcodes, self.vandaag = schemas, gemeenten, productcodes, vandaag
        self.contracten: dict[tuple[str, str, int], list[dict[str, Any]]] = {}
        self.begrotingen: dict[tuple[str, int], list[dict[str, Any]]] = {}
        self.beleid: dict[str, dict[str, str]] = {}
        self.toewijzingen: dict[tuple[str, int], Toewijzing] = {}
        self.identificaties: set[tuple[str, str, str]] = set()
        self.declaraties: list[tuple[str, str, str, dt.date]] = []
        self.regels: list[Regel] = []
        self.bytes: dict[tuple[str, bytes], str] = {}
        self.antwoorden: dict[str, Verwacht] = {}

    def speel(self, stap: Stap) -> None:
        """Take in one step; its answer stands in `antwoorden` (for declaraties only what is known at once)."""
        if stap.methode == "PUT":
            self._opslag(stap)
            self.antwoorden[stap.sleutel] = VerwachtOpslag()
            return
        if stap.soort == "besluit":
            self.antwoorden[stap.sleutel] = self._besluit(stap)
            return
        self.antwoorden[stap.sleutel] = self._bericht(stap)

    def _opslag(self, stap: Stap) -> None:
        inhoud = json.loads(stap.inhoud)
        delen = stap.pad.split("/")
        if stap.soort == "contract":
            gemeente, aanbieder, jaar = delen[-3:]
            self.contracten[gemeente, aanbieder, int(jaar)] = inhoud["regels"]
        elif stap.soort == "begroting":
            self.begrotingen[delen[4], int(delen[-1])] = inhoud["posten"]
        else:
            self.beleid[delen[-1]] = {regel["retourcode"]: regel["behandeling"] for regel in inhoud["regels"]}

    def _besluit(self, stap: Stap) -> Verwacht:
        """A person decides about a line, or about all lines of its client in the declaratie."""
        assert stap.uitval is not None
        besluit = json.loads(stap.inhoud)
        regels = [regel for regel in self.regels if regel.declaratie == stap.uitval.declaratie]
        gekozen = regels[stap.uitval.volgnummer - 1]
        deel = [r for r in regels if r.bsn == gekozen.bsn and r.client_codes] if gekozen.client_codes else [gekozen]
        for regel in deel:
            assert regel.uitkomst == "inUitval"
            regel.uitkomst = "toegekend" if besluit["besluit"] == "toekennen" else "afgewezen"
            if regel.uitkomst == "afgewezen":
                regel.codes = ["0233"] if regel.client_codes else besluit["retourcodes"] or regel.codes
        return VerwachtBesluit(besluit["besluit"])

    def _bericht(self, stap: Stap) -> Verwacht:
        if stap.inhoudstype != "application/xml":
            return VerwachtWeigering(415, "verkeerd-type")
        eerder = self.bytes.get((stap.partij, stap.inhoud))
        if eerder:
            return VerwachtHerhaling(eerder)
        welkom = frozenset({"JW323" if stap.pad == "/invoice/v1/declaraties" else "JW301"})
        try:
            bericht = lees(stap.inhoud, self.schemas, welkom)
        except LeesFout as fout:
            return VerwachtWeigering(400, fout.soort)
        assert isinstance(bericht, JW301 | JW323)
        if bericht.header.afzender != stap.partij:
            return VerwachtWeigering(403, "andere-afzender")
        self.bytes[stap.partij, stap.inhoud] = stap.sleutel
        codes = ["0001"] if niveau2(bericht) else self._header(bericht)
        regels = tuple(sorted({bevinding.regel for bevinding in niveau2(bericht)}))
        self.identificaties.add(
            (bericht.soort, bericht.header.afzender, bericht.header.bericht_identificatie.identificatie)
        )
        if isinstance(bericht, JW301):
            return self._jw301(bericht, codes, regels)
        return self._jw323(stap.sleutel, bericht, codes, regels)

    def _header(self, bericht: JW301 | JW323) -> list[str]:
        kop = bericht.header
        codes = []
        if (bericht.soort, kop.afzender, kop.bericht_identificatie.identificatie) in self.identificaties:
            codes.append("9056")
        if kop.bericht_identificatie.dagtekening > self.vandaag:
            codes.append("8848")
        gemeente = kop.afzender if isinstance(bericht, JW301) else kop.ontvanger
        if not self.gemeenten.bestaat(gemeente, self.vandaag):
            codes.append("S300")
        return codes

    def _jw301(self, bericht: JW301, codes: list[str], regels: tuple[str, ...]) -> VerwachtRetour:
        if codes:
            return VerwachtRetour(tuple(sorted(codes)), {}, regels)
        kop, fouten = bericht.header, {}
        nieuw = [
            Toewijzing(kop.afzender, kop.ontvanger, bericht.client.bsn, t) for t in bericht.client.toegewezen_producten
        ]
        for versie in nieuw:
            gevonden = list(self._fouten301(versie))
            if gevonden:
                fouten[versie.t.toewijzing_nummer] = tuple(sorted(gevonden))
        if fouten:
            return VerwachtRetour((), fouten)
        for versie in nieuw:
            sleutel = (versie.gemeente, versie.t.toewijzing_nummer)
            bekend = self.toewijzingen.get(sleutel)
            if bekend is None or versie.moment > bekend.moment:
                self.toewijzingen[sleutel] = versie
        self._opnieuw()
        return VerwachtRetour()

    def _fouten301(self, versie: Toewijzing) -> Iterator[str]:
        t = versie.t
        bekend = self.toewijzingen.get((versie.gemeente, t.toewijzing_nummer))
        if bekend and (bekend.aanbieder, bekend.bsn, bekend.t.product, bekend.t.ingangsdatum) != (
            versie.aanbieder,
            versie.bsn,
            t.product,
            t.ingangsdatum,
        ):
            yield "9332"
        if t.referentie_aanbieder:
            yield "9379"
        product = t.product
        if product and product.code and not self._op_de_lijst(product.code, product.categorie, t.ingangsdatum):
            yield "S329"
        if t.reden_wijziging == "13" and any(
            r.gemeente == versie.gemeente
            and r.p.toewijzing_nummer == t.toewijzing_nummer
            and r.uitkomst == "toegekend"
            and not r.credit
            and not self._gecrediteerd(r)
            for r in self.regels
        ):
            yield "9385"

    def _op_de_lijst(self, code: str, categorie: str, op: dt.date) -> bool:
        return self.productcodes.hoort_bij(code, categorie, op)

    def _jw323(self, sleutel: str, bericht: JW323, codes: list[str], regels: tuple[str, ...]) -> VerwachtAntwoord:
        d, kop = bericht.declaratie, bericht.header
        ingediend = d.totaal_ingediend_bedrag.met_teken
        if codes:
            return VerwachtAntwoord("afgekeurd", ingediend, 0, tuple(sorted(codes)), niveau2=regels)
        periode = d.declaratie_periode
        if any(e[0] == kop.afzender and e[2] == d.declaratie_nummer for e in self.declaraties):
            codes.append("9333")
        if any(e[:2] == (kop.afzender, kop.ontvanger) and e[3] > periode.begindatum for e in self.declaraties):
            codes.append("8214")
        if codes:
            return VerwachtAntwoord("afgekeurd", ingediend, 0, (), tuple(sorted(codes)))
        self.declaraties.append((kop.afzender, kop.ontvanger, d.declaratie_nummer, periode.begindatum))
        nieuw = []
        for client in d.clienten:
            for p in client.prestaties:
                gebruikt = any(
                    r.aanbieder == kop.afzender
                    and r.p.product_referentie.referentie_nummer == p.product_referentie.referentie_nummer
                    for r in (*self.regels, *nieuw)
                )
                nieuw.append(Regel(sleutel, kop.ontvanger, kop.afzender, client.bsn, periode.einddatum, p, gebruikt))
        self.regels += nieuw
        for regel in sorted(nieuw, key=lambda r: not r.credit):
            self._oordeel(regel)
        return VerwachtAntwoord("in_uitval", ingediend, 0)

    def _opnieuw(self) -> None:
        """What waits is judged again when a toewijzing comes."""
        for regel in self.regels:
            if regel.uitkomst == "inUitval":
                regel.uitkomst = ""
                self._oordeel(regel)

    def _oordeel(self, r: Regel) -> None:
        client_bekend = any(
            t.gemeente == r.gemeente and t.aanbieder == r.aanbieder and t.bsn == r.bsn
            for t in self.toewijzingen.values()
        )
        toewijzing = self.toewijzingen.get((r.gemeente, r.p.toewijzing_nummer))
        if toewijzing and (toewijzing.aanbieder, toewijzing.bsn) != (r.aanbieder, r.bsn):
            toewijzing = None
        r.client_codes = [] if client_bekend else ["8187"]
        passend = self._contractregels(r)
        bij_eenheid = [c for c in passend if c["eenheid"] == r.p.eenheid or (c["eenheid"], r.p.eenheid) == ("04", "01")]
        codes = set(self._zonder_toewijzing(r, bij_eenheid))
        if toewijzing is not None:
            codes |= set(self._met_toewijzing(r, toewijzing.t, passend, bij_eenheid))
        else:
            codes.add("9338")
        r.intern = [] if passend or r.p.eenheid == "83" else ["geen-contractregel"]
        r.codes = sorted(codes)
        beleid = self.beleid.get(r.gemeente, {})
        if any(beleid.get(code, "afwijzen" if code in REJECT else "uitval") == "afwijzen" for code in codes):
            r.uitkomst = "afgewezen"
        else:
            r.uitkomst = "inUitval" if codes or r.client_codes or r.intern else "toegekend"

    def _contractregels(self, r: Regel) -> list[dict[str, Any]]:
        begin = r.p.product_periode.begindatum
        return [
            c
            for c in self.contracten.get((r.gemeente, r.aanbieder, begin.year), [])
            if c["productcategorie"] == r.p.product_categorie
            and c["productcode"] in (None, r.p.product_code)
            and c["geldigVan"] <= begin.isoformat() <= c["geldigTot"]
        ]

    def _zonder_toewijzing(self, r: Regel, regels: list[dict[str, Any]]) -> Iterator[str]:
        p = r.p
        if r.eerder_gebruikt:
            yield "8021"
        if max(p.product_periode.begindatum, p.product_periode.einddatum) > r.periode_eind:
            yield "9319"
        if not self._op_de_lijst(p.product_code, p.product_categorie, p.product_periode.begindatum):
            yield "S329"
        if p.eenheid != "83":
            assert p.product_tarief is not None
            tarief = regels[0]["tarief"] if regels else None
            per_uur = bool(regels) and (regels[0]["eenheid"], p.eenheid) == ("04", "01")
            bedrag = p.geleverd_volume * p.product_tarief
            if per_uur:
                bedrag = int((tarief * p.geleverd_volume * 10 // 60 + 5) // 10)
            if p.ingediend_bedrag.bedrag != bedrag:
                yield "9346"
            if tarief is not None and p.product_tarief != (volume.minuuttarief(tarief) if per_uur else tarief):
                yield "0611"
        if r.credit:
            yield from self._credit(r)

    def _credit(self, r: Regel) -> Iterator[str]:
        vorige = r.p.product_referentie.vorig_referentie_nummer
        debet = [
            e
            for e in self.regels
            if e.aanbieder == r.aanbieder
            and not e.credit
            and e.uitkomst == "toegekend"
            and e.p.product_referentie.referentie_nummer == vorige
        ]
        kaal = [_kaal(r.bsn, r.p), *(_kaal(e.bsn, e.p) for e in debet)]
        if not debet or len(set(kaal)) != 1:
            yield "8017"
        if any(
            e is not r and e.aanbieder == r.aanbieder and e.credit and e.telt
            and e.p.product_referentie.vorig_referentie_nummer == vorige
            for e in self.regels
        ):  # fmt: skip
            yield "9390"

    def _gecrediteerd(self, r: Regel) -> bool:
        return any(
            e.credit and e.telt and e.aanbieder == r.aanbieder
            and e.p.product_referentie.vorig_referentie_nummer == r.p.product_referentie.referentie_nummer
            for e in self.regels
        )  # fmt: skip

    def _met_toewijzing(
        self, r: Regel, t: ToegewezenProduct301, passend: list[dict[str, Any]], bij_eenheid: list[dict[str, Any]]
    ) -> Iterator[str]:
        p, begin, eind = r.p, r.p.product_periode.begindatum, r.p.product_periode.einddatum
        if t.reden_wijziging == "13":
            yield "9384"
        if begin < t.ingangsdatum:
            yield "9307"
        if t.einddatum and eind > t.einddatum:
            yield "9308"
        if begin != max(begin.replace(day=1), t.ingangsdatum):
            yield "9387"
        if eind != min(kalender.laatste_van_maand(eind), t.einddatum or dt.date.max):
            yield "9388"
        if t.product and t.product.categorie != p.product_categorie:
            yield "9339"
        if t.product and t.product.code and t.product.code != p.product_code:
            yield "9340"
        if t.omvang is None:
            if passend and not bij_eenheid:
                yield "9341"
        elif p.eenheid != t.omvang.eenheid and (t.omvang.eenheid, p.eenheid) != ("04", "01"):
            yield "9341"
        eigen = [
            e
            for e in self.regels
            if e is not r and e.telt and e.gemeente == r.gemeente and e.p.toewijzing_nummer == p.toewijzing_nummer
        ]
        if not r.credit and any(
            not e.credit and not self._gecrediteerd(e) and e.p.product_code == p.product_code
            and e.p.product_categorie == p.product_categorie and e.p.product_periode == p.product_periode
            for e in eigen
        ):  # fmt: skip
            yield "9389"
        yield from self._sommen(r, t, eigen)

    def _sommen(self, r: Regel, t: ToegewezenProduct301, eigen: list[Regel]) -> Iterator[str]:
        p = r.p

        def netto(e: Regel) -> int:
            return in_minuten(e.p.geleverd_volume, e.p.eenheid) * (-1 if e.credit else 1)

        al = sum(netto(e) for e in eigen)
        if t.omvang:
            v, e, f = t.omvang.volume, t.omvang.eenheid, t.omvang.frequentie
            hoogste = volume.maximum_in_periode(
                v, e, f, t.ingangsdatum, t.einddatum, p.product_periode.begindatum, p.product_periode.einddatum
            )
            past = in_minuten(hoogste.waarde, e) - (al if f == "6" else 0)
            if not r.credit and in_minuten(p.geleverd_volume, p.eenheid) > past:
                yield "9321"
            totaal = volume.maximum_over_toewijzing(v, e, f, t.ingangsdatum, t.einddatum)
            if totaal and al + netto(r) > in_minuten(totaal.waarde, e):
                yield "9322"
        if t.budget is not None:
            bedragen = sum(e.p.ingediend_bedrag.met_teken for e in (*eigen, r))
            if bedragen > t.budget:
                yield "9369"


def _kaal(bsn: str, p: Prestatie323) -> Any:
    """What a credit has to repeat."""
    return (
        bsn, p.toewijzing_nummer, p.product_categorie, p.product_code, p.product_periode, p.geleverd_volume,
        p.eenheid, p.product_tarief, p.ingediend_bedrag.bedrag,
    )  # fmt: skip


def eindstand(orakel: Orakel, sleutel: str) -> list[Regel]:
    """The lines of a declaratie as they stand at the end, in the order of the message."""
    return [replace(regel) for regel in orakel.regels if regel.declaratie == sleutel]
