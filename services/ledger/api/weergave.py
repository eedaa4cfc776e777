"""How the ledger's values look as JSON: Dutch names, cents as integers."""

from collections.abc import Iterable
from typing import Any

import asyncpg

from services.ledger.budget import Bedragen, Budget
from services.ledger.controle import Uitslag
from services.ledger.posting import Regel
from services.ledger.rekeningschema import REKENINGEN, REKENINGSCHEMA
from services.ledger.rules import Post
from services.ledger.store.lezen import Begroting, Omzet, regels_van


def als_saldi(omzetten: Iterable[Omzet]) -> dict[tuple[int, str], int]:
    """Turnovers as signed balances by account and productcategorie."""
    return {(omzet.rekening, omzet.productcategorie): omzet.debet - omzet.credit for omzet in omzetten}


def begroting_json(gemeente: str, begroting: Begroting) -> dict[str, Any]:
    """A begroting."""
    return {
        "gemeente": gemeente,
        "jaar": begroting.jaar,
        "versie": begroting.versie,
        "vastgelegdOp": begroting.vastgelegd_op,
        "totaal": sum(post.bedrag for post, _ in begroting.posten),
        "posten": [_post(post) | {"boeking": boeking} for post, boeking in begroting.posten],
    }


def _post(post: Post) -> dict[str, Any]:
    return {"post": post.post, "productcategorieen": list(post.productcategorieen), "bedrag": post.bedrag}


def bedragen_json(bedragen: Bedragen) -> dict[str, Any]:
    """The states of money."""
    uitputting = bedragen.uitputting_pct
    return {
        "begroot": bedragen.begroot,
        "verplicht": bedragen.verplicht,
        "ingediend": bedragen.ingediend,
        "inBehandeling": bedragen.in_behandeling,
        "inUitval": bedragen.in_uitval,
        "toegekend": bedragen.toegekend,
        "afgewezen": bedragen.afgewezen,
        "voorschot": bedragen.voorschot,
        "betaald": bedragen.betaald,
        "resterend": bedragen.resterend,
        # A percentage with one decimal, not money: a JSON number is what a reader expects.
        "uitputtingPct": None if uitputting is None else float(uitputting),
    }


def budget_json(gemeente: str, naam: str, jaar: int, budget: Budget) -> dict[str, Any]:
    """A budget with its posten."""
    return {
        "gemeente": gemeente,
        "naam": naam,
        "jaar": jaar,
        **bedragen_json(budget.totaal),
        "posten": [
            {"post": post.post, "productcategorieen": list(post.productcategorieen), **bedragen_json(post.bedragen)}
            for post in budget.posten
        ],
    }


def boeking_json(row: asyncpg.Record) -> dict[str, Any]:
    """A boeking with its lines and its place in the chain."""
    return {
        "nummer": row["nummer"],
        "boekjaar": row["boekjaar"],
        "dienstperiode": row["dienstperiode"],
        "declaratieperiode": row["declaratieperiode"],
        "boekperiode": row["boekperiode"],
        "boekdatum": row["boekdatum"],
        "vastgelegdOp": row["vastgelegd_op"],
        "soort": row["soort"],
        "omschrijving": row["omschrijving"],
        "bron": row["bron"],
        "declaratieId": row["declaratie_id"],
        "declaratienummer": row["declaratienummer"],
        "aanbieder": row["aanbieder"],
        "volgnummer": row["volgnummer"],
        "referentie": row["referentie"],
        "toewijzingNummer": row["toewijzing_nummer"],
        "tegenboekingVan": row["tegenboeking_van"],
        "tegengeboektDoor": row["tegengeboekt_door"],
        "sleutel": row["sleutel"],
        "vorigeHash": row["vorige_hash"].hex(),
        "hash": row["hash"].hex(),
        "regels": [_regel(volgorde, regel) for volgorde, regel in enumerate(regels_van(row), 1)],
    }


def _regel(volgorde: int, regel: Regel) -> dict[str, Any]:
    return {
        "regel": volgorde,
        "rekening": regel.rekening,
        "naam": REKENINGSCHEMA[regel.rekening].naam,
        "productcategorie": regel.productcategorie or None,
        "zijde": "D" if regel.bedrag > 0 else "C",
        "bedrag": regel.bedrag,
    }


def saldibalans_json(gemeente: str, jaar: int, omzetten: Iterable[Omzet]) -> dict[str, Any]:
    """Every account that was booked on; debet and credit in total are equal."""
    debet: dict[int, int] = {}
    credit: dict[int, int] = {}
    for omzet in omzetten:
        debet[omzet.rekening] = debet.get(omzet.rekening, 0) + omzet.debet
        credit[omzet.rekening] = credit.get(omzet.rekening, 0) + omzet.credit
    totaal_debet, totaal_credit = sum(debet.values()), sum(credit.values())
    return {
        "gemeente": gemeente,
        "jaar": jaar,
        "rekeningen": [
            {
                "rekening": rekening.nummer,
                "naam": rekening.naam,
                "soort": rekening.soort,
                "debet": debet[rekening.nummer],
                "credit": credit[rekening.nummer],
                "saldo": debet[rekening.nummer] - credit[rekening.nummer],
            }
            for rekening in REKENINGEN
            if rekening.nummer in debet
        ],
        "totaalDebet": totaal_debet,
        "totaalCredit": totaal_credit,
        "saldo": totaal_debet - totaal_credit,
    }


def uitslag_json(gemeente: str, uitslag: Uitslag) -> dict[str, Any]:
    """The verdict of a controle."""
    return {
        "gemeente": gemeente,
        "juist": uitslag.juist,
        "boekingen": uitslag.boekingen,
        "laatsteNummer": uitslag.laatste_nummer,
        "laatsteHash": uitslag.laatste_hash.hex() or None,
        "fouten": [{"nummer": fout.nummer, "fout": fout.fout} for fout in uitslag.fouten],
    }
