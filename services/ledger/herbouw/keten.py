"""Whether the boekingen can be built on: every chain whole, nothing of it changed."""

from services.ledger.controle import Controle
from services.ledger.grootboek import Kop, Plaats
from services.ledger.store.lezen import alle_boekingen
from services.platform.herbouw.model import Herbouw, RebuildRefusedError

_GENOEMD = 20


async def verifieer(herbouw: Herbouw) -> None:
    """Recompute every chain; raises ``RebuildRefusedError`` with what is wrong."""
    plaatsen = [
        Plaats(*rij)
        for rij in await herbouw.connection.fetch(
            "SELECT domein, gemeente FROM grootboeken UNION SELECT domein, gemeente FROM boekingen ORDER BY 1, 2"
        )
    ]
    fouten: list[str] = []
    for nummer, plaats in enumerate(plaatsen, 1):
        fouten += await _fouten(herbouw, plaats)
        herbouw.voortgang("ketens nalopen", nummer, len(plaatsen))
    if fouten:
        raise RebuildRefusedError(
            "boekingen worden niet herschreven, en deze zijn niet zoals ze geboekt zijn; zet een reservekopie terug: "
            + "; ".join(fouten[:_GENOEMD])
        )


async def _fouten(herbouw: Herbouw, plaats: Plaats) -> list[str]:
    """What is wrong with the boekingen themselves. A head that is behind or gone follows from them, and is no fault."""
    controle, laatste, geteld = Controle(plaats), b"", 0
    async for rij, regels in alle_boekingen(herbouw.connection, plaats):
        controle.neem(rij, regels)
        laatste, geteld = rij.hash, rij.nummer
    herbouw.verslag.las("boekingen", geteld)
    staat = await herbouw.connection.fetchval(
        "SELECT laatste_nummer FROM grootboeken WHERE domein = $1 AND gemeente = $2", *plaats
    )
    # A head that knows of more boekingen than there are says that some were taken away.
    kop = Kop(max(staat or 0, geteld), laatste, herbouw.context.clock.today(), herbouw.moment)
    uitslag = controle.uitslag(kop, (), ())
    return [f"gemeente {plaats.gemeente}: {fout.fout}" for fout in uitslag.fouten if fout.nummer is not None]
