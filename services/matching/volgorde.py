"""In which order the prestaties of a batch are judged. Pure."""

from collections.abc import Sequence

from services.matching.feiten import CREDIT, Zaak
from services.matching.partities import partitie_van


def op_volgorde(zaken: Sequence[Zaak]) -> Sequence[Zaak]:
    """Credits before debets within a declaratie (OP366), everything else in place.

    Per partition, as only there the order of a batch is that in which declaraties came: a part of a declaratie
    in one partition must not pull its part in another ahead of what came there earlier.
    """
    if not any(zaak.prestatie.debet_credit == CREDIT for zaak in zaken):
        return zaken
    partities: dict[tuple[str, int], str] = {}
    plaatsen: dict[tuple[str, str], int] = {}
    sleutels: list[tuple[int, bool]] = []
    for zaak in zaken:
        toewijzing = (zaak.declaratie.gemeente, zaak.prestatie.toewijzing_nummer)
        partitie = partities.get(toewijzing)
        if partitie is None:
            partitie = partities[toewijzing] = partitie_van(*toewijzing)
        plaats = plaatsen.setdefault((partitie, zaak.declaratie.declaratie_id), len(plaatsen))
        sleutels.append((plaats, zaak.prestatie.debet_credit != CREDIT))
    return [zaken[nummer] for nummer in sorted(range(len(zaken)), key=sleutels.__getitem__)]
