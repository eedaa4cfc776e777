"""Which uitval is the caller's to see and to decide: the same for the API and for the page."""

from typing import Final
from uuid import UUID

from services.matching.besluiten import Genomen, neem_besluit
from services.matching.motivering import bezwaar
from services.matching.saldi import Besluit
from services.matching.store import uitval as store
from services.matching.store.uitval import Detail, Filter
from services.platform.auth import Identiteit, Rol
from services.platform.paging import decode_cursor
from services.platform.problems import Problem, not_found
from services.platform.service import Context

LEZERS: Final = (Rol.GEMEENTE, Rol.MEDEWERKER, Rol.AANBIEDER)
BESLISSERS: Final = (Rol.GEMEENTE, Rol.MEDEWERKER)

_HOOGSTE: Final = 2**63 - 1


def eigen(
    wie: Identiteit,
    *,
    gemeente: str | None = None,
    aanbieder: str | None = None,
    retourcode: str | None = None,
    status: str | None = None,
) -> Filter:
    """What the caller asks for, within what is theirs; asking for another's finds nothing."""
    return Filter(
        gemeenten=None if wie.rol in {Rol.AANBIEDER, Rol.BEHEER} else wie.gemeenten,
        van_aanbieder=wie.agb if wie.rol is Rol.AANBIEDER else None,
        gemeente=gemeente,
        aanbieder=aanbieder,
        retourcode=retourcode,
        status=status,
    )


def mag_besluiten(wie: Identiteit) -> bool:
    """Whether the caller's role decides at all."""
    return wie.rol in {*BESLISSERS, Rol.BEHEER}


def positie(cursor: str | None) -> int:
    """The volgnummer after which a page begins, 0 at the start; 400 for what is no cursor of ours."""
    na = decode_cursor(cursor, int)
    if na is None:
        return 0
    if not 0 <= na[0] <= _HOOGSTE:
        raise Problem(400, "cursor-ongeldig", "Ongeldige cursor", "Begin opnieuw zonder cursor.")
    return int(na[0])


async def lees(context: Context, wie: Identiteit, uitval_id: UUID) -> Detail:
    """One item as it is at one moment; 404 when there is none or it is not the caller's to see."""
    async with context.database.transaction() as connection:
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        gevonden = await store.detail(connection, uitval_id)
    if gevonden is None or not wie.ziet(gevonden.regel.gemeente, gevonden.regel.aanbieder):
        raise not_found("Uitval")
    return gevonden


async def beslis(context: Context, wie: Identiteit, uitval_id: UUID, besluit: Besluit, versie: int | None) -> Genomen:
    """Decide as the caller; raises what ``neem_besluit`` raises, and 400 when the motivering may hold a BSN."""
    if bezwaar(besluit.motivering):
        gevonden = await lees(context, wie, uitval_id)
        reden = bezwaar(besluit.motivering, nummers_van(gevonden))
        if reden:
            raise Problem(400, "besluit-ongeldig", "Dit besluit kan zo niet", reden)
    return await neem_besluit(context, uitval_id, besluit, versie=versie, door=wie.sub, mag=wie.ziet)


def nummers_van(gevonden: Detail) -> frozenset[str]:
    """The numbers that everybody uses for this case."""
    prestaties = [deel.prestatie for deel in gevonden.prestaties]
    return frozenset(
        {
            gevonden.regel.declaratienummer,
            *(prestatie.referentie for prestatie in prestaties),
            *(str(prestatie.toewijzing_nummer) for prestatie in prestaties),
            *(str(kandidaat.toewijzing_nummer) for kandidaat in gevonden.kandidaten),
        }
    )
