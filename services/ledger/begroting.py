"""Setting a begroting: the request that changes a grootboek, with the same lock as the events."""

from collections.abc import Sequence
from datetime import date, datetime

from services.ledger import rules
from services.ledger.grootboek import Grootboek, Plaats
from services.ledger.rules import Post, Postbesluit
from services.ledger.store.feiten import koppen, regels_van
from services.ledger.store.lezen import Begroting, Peil, begrotingen
from services.ledger.store.opslag import bewaar_boekingen, bewaar_koppen
from services.platform.database import Connection, copy_rows


async def stel_vast(
    connection: Connection, plaats: Plaats, jaar: int, posten: Sequence[Post], *, door: str, vandaag: date, nu: datetime
) -> Begroting:
    """Make ``posten`` the begroting of a year and book the difference; the same again changes nothing.

    The caller holds the lock of the gemeente. Returns the begroting in force.
    """
    huidig = await _huidig(connection, plaats, jaar)
    if huidig and [post for post, _ in huidig.posten] == list(posten):
        return huidig
    oud = huidig.posten if huidig else ()
    regels = await regels_van(connection, [(plaats, boeking) for _, boeking in oud if boeking is not None])
    versie = huidig.versie + 1 if huidig else 1
    terug, besluiten = rules.begroting_boekingen(
        jaar, versie, oud, posten, {nummer: van for (_, nummer), van in regels.items()}
    )
    kop = (await koppen(connection, [plaats])).get(plaats)
    grootboek = Grootboek(plaats, kop, vandaag, nu, geboekt={})
    for concept in terug:
        grootboek.boek(concept)
    nummers = [besluit.boeking if besluit.concept is None else grootboek.boek(besluit.concept) for besluit in besluiten]
    if grootboek.rijen:
        await bewaar_boekingen(connection, [grootboek])
    else:
        # Its moment counts all the same: nothing may be recorded before it from now on.
        await bewaar_koppen(connection, {plaats: grootboek.kop})
    await _bewaar(connection, grootboek, jaar=jaar, versie=versie, door=door, besluiten=besluiten, nummers=nummers)
    gewijzigd = await _huidig(connection, plaats, jaar)
    assert gewijzigd is not None
    return gewijzigd


async def _huidig(connection: Connection, plaats: Plaats, jaar: int) -> Begroting | None:
    gevonden = await begrotingen(connection, plaats.domein, [plaats.gemeente], jaar, Peil())
    return gevonden.get(plaats.gemeente)


async def _bewaar(
    connection: Connection,
    grootboek: Grootboek,
    *,
    jaar: int,
    versie: int,
    door: str,
    besluiten: Sequence[Postbesluit],
    nummers: Sequence[int | None],
) -> None:
    plaats = grootboek.plaats
    await connection.execute(
        "INSERT INTO begrotingen (domein, gemeente, jaar, versie, boekdatum, vastgelegd_op, vastgesteld_door)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        *plaats,
        jaar,
        versie,
        grootboek.boekdatum,
        grootboek.vastgelegd_op,
        door,
    )
    await copy_rows(
        connection,
        "begrotingsposten",
        ("domein", "gemeente", "jaar", "versie", "volgorde", "post", "productcategorieen", "bedrag", "boeking"),
        [
            (*plaats, jaar, versie, volgorde, post.post, list(post.productcategorieen), post.bedrag, nummer)
            for volgorde, (post, nummer) in enumerate(zip((b.post for b in besluiten), nummers, strict=True), 1)
        ],
    )
