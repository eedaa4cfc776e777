"""Calling ``/matching/v1/uitval``."""

from typing import Any

import httpx

from tests.services.matching_bouwen import (
    GEMEENTE,
    declaratie,
    prestatie,
    stuur,
    toewijzing,
    vraag,
    zet_contract,
)
from tests.services.systeem import Systeem

LIJST = "/matching/v1/uitval"
BSN = "999990019"
AFWIJZEN = {"besluit": "afwijzen", "motivering": "Niet zo afgesproken."}
TOEKENNEN = {"besluit": "toekennen", "motivering": "Telefonisch zo afgesproken."}


async def verkeerd_tarief(systeem: Systeem) -> str:
    """One prestatie waits with 0611; returns the uitvalId."""
    await zet_contract(systeem)
    await stuur(systeem, toewijzing())
    await stuur(systeem, *declaratie(prestatie(tarief=8_000, bedrag=32_000)))
    ((uitval_id,),) = await vraag(systeem, "SELECT uitval_id FROM uitval WHERE status = 'open'")
    return str(uitval_id)


async def lees(systeem: Systeem, pad: str, rol: str = "medewerker", **wie: Any) -> httpx.Response:
    """GET, by default as a medewerker of the gemeente."""
    if rol in {"medewerker", "gemeente"}:
        wie.setdefault("gemeenten", [GEMEENTE])
    return await systeem.client.get(pad, headers=systeem.headers(rol, **wie))


async def besluit(
    systeem: Systeem, uitval_id: str, inhoud: dict[str, Any], if_match: str | None = '"1"', **wie: Any
) -> httpx.Response:
    """POST a decision, by default as the medewerker ``piet`` who saw version 1."""
    kop = systeem.headers(**({"rol": "medewerker", "gemeenten": [GEMEENTE], "sub": "piet"} | wie))
    if if_match is not None:
        kop["If-Match"] = if_match
    return await systeem.client.post(f"{LIJST}/{uitval_id}/besluit", json=inhoud, headers=kop)
