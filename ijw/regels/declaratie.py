"""Level 2 rules about a declaratie as a whole: its month, its total, the sign of its amounts."""

from collections.abc import Iterator

from ijw import kalender
from ijw.berichten import JW323
from ijw.bevinding import Bevinding
from ijw.regels.plaatsen import MetPrestaties, prestatie_pad, prestaties
from ijw.regels.regel import fout
from ijw.volume import euro


def tr358_totaal_is_som_van_prestaties(bericht: JW323) -> Iterator[Bevinding]:
    """TotaalIngediendBedrag is debet minus credit over all Prestaties, in eurocents (`TR358`)."""
    som = 0
    for _, _, prestatie in prestaties(bericht):
        bedrag = prestatie.ingediend_bedrag
        som += bedrag.bedrag if bedrag.debet_credit == "D" else -bedrag.bedrag
    totaal = bericht.declaratie.totaal_ingediend_bedrag.met_teken
    if totaal != som:
        pad = "/Bericht/Declaratie/TotaalIngediendBedrag"
        yield fout("TR358", pad, gedeclareerd=euro(totaal), verwacht=euro(som))


def cs325_nul_is_debet(bericht: MetPrestaties) -> Iterator[Bevinding]:
    """An amount of 0 carries D (`CS325`)."""
    for pad, totaal in _totalen(bericht):
        if totaal == (0, "C"):
            yield fout("CS325", pad)
    for client, nummer, prestatie in prestaties(bericht):
        bedrag = prestatie.ingediend_bedrag
        if bedrag.bedrag == 0 and bedrag.debet_credit == "C":
            yield fout("CS325", prestatie_pad(bericht, client, nummer, "IngediendBedrag/DebetCredit"))


def _totalen(bericht: MetPrestaties) -> Iterator[tuple[str, tuple[int, str]]]:
    """Path of DebetCredit and value of every total in a declaratie or its answer."""
    if isinstance(bericht, JW323):
        totaal = bericht.declaratie.totaal_ingediend_bedrag
        yield (
            "/Bericht/Declaratie/TotaalIngediendBedrag/DebetCredit",
            (totaal.totaal_bedrag, totaal.debet_credit),
        )
    elif bericht.declaratie_antwoord is not None:
        antwoord = bericht.declaratie_antwoord
        for naam, totaal in (
            ("TotaalIngediendBedrag", antwoord.totaal_ingediend_bedrag),
            ("TotaalToegekendBedrag", antwoord.totaal_toegekend_bedrag),
        ):
            pad = f"/Bericht/DeclaratieAntwoord/{naam}/DebetCredit"
            yield pad, (totaal.totaal_bedrag, totaal.debet_credit)


def cs340_declaratieperiode_is_een_maand(bericht: JW323) -> Iterator[Bevinding]:
    """DeclaratiePeriode runs from the first to the last day of one calendar month (`CS340`)."""
    periode = bericht.declaratie.declaratie_periode
    begin = periode.begindatum
    laatste = kalender.laatste_van_maand(begin)
    if begin.day != 1 or periode.einddatum != laatste:
        maand = f"{kalender.eerste_van_maand(begin)} tot en met {laatste}"
        invoer = {"begin": begin.isoformat(), "eind": periode.einddatum.isoformat(), "verwacht": maand}
        yield fout("CS340", "/Bericht/Declaratie/DeclaratiePeriode", **invoer)
