"""What stays undone when an event is never handled. Pure."""

from typing import Final

import msgspec

from services.platform.dode_letters.terzijde import ONLEESBAAR
from services.platform.events import (
    EVENT_TYPES,
    DeclaratieGeregistreerd,
    DeclaratieIngediend,
    PrestatiesVerwerkt,
    VerplichtingBepaald,
)

MISSING: Final = {
    "toewijzingen": "matching kent deze versie van de toewijzing niet",
    "declaraties": "de prestaties worden niet beoordeeld en de declaratie niet beantwoord",
    "registraties": "wat is ingediend staat niet in het grootboek",
    "beoordelingen": "de oordelen bereiken de aanbieder niet en de declaratie wordt niet beantwoord",
    "mutaties": "wat er met de prestaties gebeurde staat niet in het grootboek",
    "verplichtingen": "wat de toewijzing kost staat niet in het grootboek",
    "gebruik": "het register telt niet hoeveel er op de toewijzingen is toegekend",
    "productlijsten": "het register kent deze productcodes van de gemeente niet",
}
"""By topic, as the end of a sentence."""


def geld_in(type_name: str, data: bytes) -> int | None:
    """Cents that move in an event, whatever their sign; 0 when it holds no money, None when nobody can tell.

    A record that is no event of ours moves nothing: our own events are read from the outbox when Kafka lacks them.
    """
    if type_name == ONLEESBAAR:
        return 0
    kind = EVENT_TYPES.get(type_name)
    if kind is None:
        return None
    try:
        payload = msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if isinstance(payload, DeclaratieGeregistreerd):
        return sum(abs(totaal.bedrag) for totaal in payload.totalen)
    if isinstance(payload, PrestatiesVerwerkt):
        return sum(abs(mutatie.bedrag) for mutatie in payload.mutaties)
    if isinstance(payload, VerplichtingBepaald):
        return sum(abs(jaar.bedrag) for jaar in payload.per_jaar)
    if isinstance(payload, DeclaratieIngediend):
        return sum(abs(prestatie.bedrag) for prestatie in payload.prestaties)
    return 0
