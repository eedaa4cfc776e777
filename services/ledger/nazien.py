"""Runs a controle of one grootboek against the database, as one snapshot."""

from services.ledger.controle import Controle, Uitslag
from services.ledger.grootboek import Kop, Plaats
from services.ledger.keten import vingerafdruk
from services.ledger.rules import Post
from services.ledger.store.lezen import alle_boekingen, totalen
from services.platform.database import Connection, Database


async def zie_na(database: Database, plaats: Plaats) -> Uitslag:
    """Recompute chain, boekingen and totals from the rows; what is booked meanwhile is left out."""
    async with database.transaction() as connection:
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        controle = Controle(plaats)
        async for rij, regels in alle_boekingen(connection, plaats):
            controle.neem(rij, regels)
        await _begrotingsposten(connection, plaats, controle)
        return controle.uitslag(
            await _kop(connection, plaats),
            await totalen(connection, plaats, "saldi"),
            await totalen(connection, plaats, "dagtotalen"),
        )


async def _kop(connection: Connection, plaats: Plaats) -> Kop | None:
    row = await connection.fetchrow(
        "SELECT laatste_nummer, laatste_hash, boekdatum, vastgelegd_op FROM grootboeken"
        " WHERE domein = $1 AND gemeente = $2",
        *plaats,
    )
    return Kop(*row) if row else None


async def _begrotingsposten(connection: Connection, plaats: Plaats, controle: Controle) -> None:
    """A post divides the budget by productcategorie; its boeking, in the chain, has the fingerprint of it."""
    rows = await connection.fetch(
        "SELECT p.jaar, p.post, p.productcategorieen, p.bedrag, p.boeking, b.inhoud"
        " FROM begrotingsposten p LEFT JOIN boekingen b"
        " ON b.domein = p.domein AND b.gemeente = p.gemeente AND b.nummer = p.boeking"
        " WHERE p.domein = $1 AND p.gemeente = $2 ORDER BY p.jaar, p.versie, p.volgorde",
        *plaats,
    )
    for row in rows:
        post = Post(row["post"], tuple(row["productcategorieen"]), row["bedrag"])
        if row["boeking"] is None:
            if post.bedrag:
                controle.meld(None, f"Een post van de begroting {row['jaar']} heeft een bedrag dat niet is geboekt")
        elif row["inhoud"] != vingerafdruk(post):
            controle.meld(row["boeking"], f"hoort bij een post van de begroting {row['jaar']} die daarvan afwijkt")
