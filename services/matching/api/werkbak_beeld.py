"""What the templates of the queue show, made from what was read."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from ijw.codelijsten import Productcodes
from ijw.retourcodeteksten import in_woorden
from ijw.teksten import uitleg
from services.matching.api.weergave import mogelijke_retourcodes
from services.matching.contract import GEEN_CONTRACT, Contract
from services.matching.feiten import Toewijzing
from services.matching.rules.fout import HERBOUWD, INTERN
from services.matching.store.schrijven import SYSTEEM
from services.matching.store.uitval import Detail, UitvalPrestatie, UitvalRegel
from services.matching.termijn import uiterlijk_op
from services.matching.vergelijking import Kenmerk, omvang_tekst, vergelijk
from services.platform.auth import Identiteit, Rol

BESLUITEN: Final = {"toekennen": "toegekend", "afwijzen": "afgewezen"}
TOESTANDEN: Final = {"inUitval": "in uitval", "toegekend": "toegekend", "afgewezen": "afgewezen"}
GEBEURTENISSEN: Final = {
    "aangevuld": "Prestatie toegevoegd",
    "herbeoordeeld": "Opnieuw beoordeeld",
    "besloten": "Besloten",
    "vervallen": "Vervallen",
}


class Code(NamedTuple):
    """A retourcode, or the name of the internal finding, with its words."""

    code: str
    tekst: str


class Rij(NamedTuple):
    """An item of the queue."""

    regel: UitvalRegel
    gemeente: str
    redenen: list[Code]
    uiterlijk: date
    te_laat: bool


class Reden(NamedTuple):
    """A finding: its code, what the code says, and the sentence with the calculation."""

    code: Code
    uitleg: str


class Deel(NamedTuple):
    """A prestatie with its findings, beside what was assigned."""

    uitval: UitvalPrestatie
    toestand: str
    redenen: list[Reden]
    kenmerken: list[Kenmerk]


class Kandidaat(NamedTuple):
    """A toewijzing of the client; ``genoemd``: a prestatie of the item names it."""

    toewijzing: Toewijzing
    product: str
    omvang: str
    genoemd: bool


class Gebeurde(NamedTuple):
    """A line of the history."""

    op: date
    wat: str
    door: str
    retourcodes: list[Code]
    motivering: str | None


class Beeld(NamedTuple):
    """Everything of one item; ``besluit`` is None while nobody decided."""

    rij: Rij
    detail: Detail
    delen: list[Deel]
    kandidaten: list[Kandidaat]
    historie: list[Gebeurde]
    gevonden_codes: list[Code]
    overige_codes: list[Code]
    besluit: str | None
    besloten_door: str
    besluit_codes: list[Code]


def code(naam: str) -> Code:
    """With its words; the internal findings have no retourcode."""
    if naam == INTERN:
        return Code(INTERN, "het contract heeft geen regel voor dit product")
    if naam == HERBOUWD:
        return Code(HERBOUWD, "hersteld na verlies van gegevens")
    return Code(naam, in_woorden(naam))


def regelbeeld(regel: UitvalRegel, gemeenten: Mapping[str, str], vandaag: date) -> Rij:
    """A line of the list."""
    uiterlijk = uiterlijk_op(regel.ontvangen_op)
    return Rij(
        regel,
        gemeenten.get(regel.gemeente, regel.gemeente),
        [code(naam) for naam in regel.retourcodes],
        uiterlijk,
        regel.status == "open" and vandaag > uiterlijk,
    )


def door_in_woorden(wie: Identiteit, door: str | None) -> str:
    """Who did it, as far as the caller may know."""
    if door == SYSTEEM:
        return "het systeem"
    return "de gemeente" if wie.rol is Rol.AANBIEDER else door or ""


def detailbeeld(
    gevonden: Detail,
    rij: Rij,
    contracten: Mapping[int, Contract],
    producten: Productcodes,
    wie: Identiteit,
) -> Beeld:
    """One item, whole; ``contracten`` are those between its parties, by year."""
    regel = gevonden.regel
    genoemd = {deel.prestatie.toewijzing_nummer for deel in gevonden.prestaties}
    mogelijk = mogelijke_retourcodes(regel.soort)
    return Beeld(
        rij=rij,
        detail=gevonden,
        delen=[_deel(deel, contracten, producten) for deel in gevonden.prestaties],
        kandidaten=[_kandidaat(toewijzing, producten, genoemd) for toewijzing in gevonden.kandidaten],
        historie=[
            Gebeurde(
                gebeurtenis.op,
                _wat(gebeurtenis.gebeurtenis, gebeurtenis.besluit),
                door_in_woorden(wie, gebeurtenis.door),
                [code(naam) for naam in gebeurtenis.retourcodes],
                gebeurtenis.motivering,
            )
            for gebeurtenis in gevonden.historie
        ],
        gevonden_codes=[code(naam) for naam in mogelijk if naam in regel.retourcodes],
        overige_codes=[code(naam) for naam in mogelijk if naam not in regel.retourcodes],
        besluit=BESLUITEN[regel.besluit] if regel.besluit is not None else None,
        besloten_door=door_in_woorden(wie, regel.besloten_door),
        besluit_codes=[code(naam) for naam in gevonden.besluit_retourcodes],
    )


def _wat(gebeurtenis: str, besluit: str | None) -> str:
    if besluit is not None:
        return BESLUITEN[besluit].capitalize()
    return GEBEURTENISSEN.get(gebeurtenis, gebeurtenis)


def _deel(deel: UitvalPrestatie, contracten: Mapping[int, Contract], producten: Productcodes) -> Deel:
    prestatie = deel.prestatie
    contract = contracten.get(prestatie.begindatum.year)
    keuze = GEEN_CONTRACT
    if contract is not None:
        keuze = contract.kies(
            prestatie.product_categorie, prestatie.product_code, prestatie.eenheid, prestatie.begindatum
        )
    return Deel(
        deel,
        TOESTANDEN[deel.toestand],
        [Reden(code(b.retourcode or b.regel), uitleg(b)) for b in deel.bevindingen],
        vergelijk(deel, keuze, lambda product, dag: omschrijving(producten, product, dag)),
    )


def omschrijving(producten: Productcodes, product: str, dag: date) -> str:
    """The words for a productcode on a day, "" when the list does not have it."""
    bekend = producten.product(product, dag)
    return bekend.omschrijving if bekend is not None else ""


def _kandidaat(toewijzing: Toewijzing, producten: Productcodes, genoemd: Iterable[int]) -> Kandidaat:
    if toewijzing.product_code is not None:
        woorden = omschrijving(producten, toewijzing.product_code, toewijzing.ingangsdatum)
        product = f"{toewijzing.product_code} {woorden}".strip()
    elif toewijzing.product_categorie is not None:
        product = f"categorie {toewijzing.product_categorie}"
    else:
        product = "niet bepaald"
    return Kandidaat(toewijzing, product, omvang_tekst(toewijzing), toewijzing.toewijzing_nummer in genoemd)
