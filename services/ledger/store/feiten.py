"""Answers a ``Vraag``: a fixed number of queries for a batch, whatever its size."""

from collections.abc import Collection, Iterable

from services.ledger.grootboek import Kop, Plaats
from services.ledger.posting import Regels, van_kolommen
from services.ledger.rules import Stand
from services.ledger.store.arrays import kolommen
from services.ledger.verwerking import Debet, Feiten, Sleutel, Toewijzing, Uitspraak, Vraag
from services.platform.arrays import samen, uiteen
from services.platform.database import Connection


async def laad(connection: Connection, vraag: Vraag) -> Feiten:
    """What is known about what is asked; the caller holds the locks of the gemeenten."""
    feiten = Feiten(koppen=await koppen(connection, vraag.plaatsen))
    if vraag.toewijzingen:
        feiten.standen = await _standen(connection, vraag.toewijzingen)
    if vraag.verplichtingen:
        feiten.uitspraken = await _uitspraken(connection, vraag.verplichtingen)
        feiten.regels = await regels_van(connection, _in_werking(feiten, vraag.verplichtingen))
    if vraag.debets:
        await _debets(connection, vraag.debets, feiten)
    return feiten


async def koppen(connection: Connection, plaatsen: Collection[Plaats]) -> dict[Plaats, Kop]:
    """Where these grootboeken have got to; one that has nothing yet is left out."""
    rows = await connection.fetch(
        "SELECT g.* FROM unnest($1::text[], $2::text[]) AS v(domein, gemeente)"
        " JOIN grootboeken g USING (domein, gemeente) ORDER BY domein, gemeente FOR UPDATE OF g",
        *kolommen(plaatsen, 2),
    )
    return {
        Plaats(row["domein"], row["gemeente"]): Kop(
            row["laatste_nummer"], row["laatste_hash"], row["boekdatum"], row["vastgelegd_op"]
        )
        for row in rows
    }


async def regels_van(
    connection: Connection, boekingen: Collection[tuple[Plaats, int]]
) -> dict[tuple[Plaats, int], Regels]:
    """The lines of these boekingen."""
    if not boekingen:
        return {}
    rows = await connection.fetch(
        "SELECT b.domein, b.gemeente, b.nummer, b.rekeningen, b.productcategorieen, b.bedragen"
        " FROM unnest($1::text[], $2::text[], $3::bigint[]) AS v(domein, gemeente, nummer)"
        " JOIN boekingen b USING (domein, gemeente, nummer)",
        *kolommen([(*plaats, nummer) for plaats, nummer in boekingen], 3),
    )
    return {(Plaats(domein, gemeente), nummer): van_kolommen(*regels) for domein, gemeente, nummer, *regels in rows}


async def geboekt(connection: Connection, sleutels: Collection[Sleutel]) -> dict[Plaats, dict[str, bytes]]:
    """Which of these keys were booked before, with the fingerprint of what was asked then."""
    rows = await connection.fetch(
        "SELECT b.domein, b.gemeente, b.sleutel, b.inhoud"
        " FROM unnest($1::text[], $2::text[], $3::text[]) AS v(domein, gemeente, sleutel)"
        " JOIN boekingen b USING (domein, gemeente, sleutel)",
        [plaats.domein for plaats, _ in sleutels],
        [plaats.gemeente for plaats, _ in sleutels],
        [sleutel for _, sleutel in sleutels],
    )
    gevonden: dict[Plaats, dict[str, bytes]] = {}
    for domein, gemeente, sleutel, inhoud in rows:
        gevonden.setdefault(Plaats(domein, gemeente), {})[sleutel] = inhoud
    return gevonden


async def _standen(connection: Connection, toewijzingen: Collection[Toewijzing]) -> dict[Toewijzing, dict[int, Stand]]:
    gevraagd = list(toewijzingen)
    plaatsen, nummers = kolommen(gevraagd, 2)
    domeinen, gemeenten = kolommen(plaatsen, 2)
    rows = await connection.fetch(
        "SELECT v.plek, s.jaar, s.verplicht, s.toegekend, s.productcategorie, s.boeking, s.reeds_toegekend"
        f" FROM unnest({uiteen('$1')}, {uiteen('$2')}, $3::bigint[]) WITH ORDINALITY"
        " AS v(domein, gemeente, toewijzing_nummer, plek)"
        " JOIN toewijzing_saldi s USING (domein, gemeente, toewijzing_nummer)",
        samen(domeinen),
        samen(gemeenten),
        nummers,
    )
    standen: dict[Toewijzing, dict[int, Stand]] = {}
    for plek, jaar, *stand in rows:
        standen.setdefault(gevraagd[plek - 1], {})[jaar] = Stand(*stand)
    return standen


async def _uitspraken(connection: Connection, toewijzingen: Collection[Toewijzing]) -> dict[Toewijzing, Uitspraak]:
    rows = await connection.fetch(
        "SELECT u.domein, u.gemeente, u.toewijzing_nummer, u.volgnummer, u.inhoud, u.grondslag, u.aanbieder"
        " FROM unnest($1::text[], $2::text[], $3::bigint[]) AS v(domein, gemeente, toewijzing_nummer)"
        " JOIN verplichtingen u USING (domein, gemeente, toewijzing_nummer)",
        *kolommen([(*plaats, nummer) for plaats, nummer in toewijzingen], 3),
    )
    return {
        Toewijzing(Plaats(domein, gemeente), nummer): Uitspraak(*uitspraak)
        for domein, gemeente, nummer, *uitspraak in rows
    }


def _in_werking(feiten: Feiten, toewijzingen: Iterable[Toewijzing]) -> list[tuple[Plaats, int]]:
    return [
        (toewijzing.plaats, stand.boeking)
        for toewijzing in toewijzingen
        for stand in feiten.standen.get(toewijzing, {}).values()
        if stand.boeking is not None
    ]


async def _debets(connection: Connection, debets: Collection[Debet], feiten: Feiten) -> None:
    rows = await connection.fetch(
        "SELECT b.domein, b.gemeente, b.aanbieder, b.toewijzing_nummer, b.referentie, b.nummer,"
        " t.nummer IS NOT NULL AS tegengeboekt"
        " FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[])"
        " AS v(domein, gemeente, aanbieder, toewijzing_nummer, referentie)"
        " JOIN boekingen b USING (domein, gemeente, aanbieder, toewijzing_nummer, referentie)"
        " LEFT JOIN boekingen t ON t.domein = b.domein AND t.gemeente = b.gemeente AND t.tegenboeking_van = b.nummer"
        # A credit prestatie has a referentie of its own, but only a debet can be taken back.
        " WHERE b.soort = 'toekenning' AND b.tegenboeking_van IS NULL ORDER BY b.domein, b.gemeente, b.nummer",
        *kolommen([(*plaats, *rest) for plaats, *rest in debets], 5),
    )
    for domein, gemeente, aanbieder, toewijzing_nummer, referentie, nummer, tegengeboekt in rows:
        plaats = Plaats(domein, gemeente)
        feiten.debetboekingen[Debet(plaats, aanbieder, toewijzing_nummer, referentie)] = nummer
        if tegengeboekt:
            feiten.tegengeboekt.setdefault(plaats, set()).add(nummer)
