"""The rules of level 2, 3 and 4 on the JW323, each declaratie with its whole JW325.

What goes to a person is looked at in the uitval, rejected there, and must come back with the codes found.
"""

import re
from typing import Any

import pytest
from lxml import etree

from tests.conformance import boom, pagina, verwachting
from tests.conformance.geval import REGELS, Geval
from tests.conformance.keten import INVOICE, Keten
from tests.conformance.register import DECLARATIES


@pytest.mark.parametrize("geval", [pytest.param(geval, id=geval.id) for geval in DECLARATIES])
async def test_the_answer_is_what_the_standard_demands(keten: Keten, geval: Geval) -> None:
    toneel, xml = await keten.begin(geval)
    heen = boom.lees(xml)
    assert boom.geldig(heen), boom.schema("JW323").error_log
    if geval.niveau != 2:
        await keten.systeem.drained()
    antwoord = await keten.post(xml, toneel.aanbieder, INVOICE)
    assert antwoord.status_code == 202, antwoord.text
    pad = f"{INVOICE}/{antwoord.json()['declaratieId']}"
    heel = geval.niveau == 2 or pagina.plaats_in_jw325(geval) in {"Header", "DeclaratieAntwoord"}
    assert antwoord.json()["status"] == ("afgekeurd" if heel else "in_behandeling")
    if not heel:
        await keten.systeem.drained()
    declaratie = await keten.json(pad, toneel.aanbieder)
    if heel:
        assert declaratie["status"] == "afgekeurd"
        assert [(b["regel"], b["retourcode"], b["pad"]) for b in declaratie["bevindingen"]] == [
            (regel, REGELS[regel].retourcode, waar) for regel, waar in geval.fouten
        ]
    elif geval.fouten and not pagina.METEEN & set(geval.codes):
        assert declaratie["status"] == "in_uitval"
        await _wijs_af(keten, geval, toneel.aanbieder)
    else:
        assert declaratie["status"] == "beantwoord"
    jw325 = await keten.xml(f"{pad}/antwoord", toneel.aanbieder)
    identificatie = jw325.findtext("{*}Header/{*}BerichtIdentificatie/{*}Identificatie") or ""
    assert re.fullmatch(r"HF\d{10}", identificatie)
    assert boom.canoniek(jw325) == boom.canoniek(_verwacht(heen, geval, identificatie))


async def _wijs_af(keten: Keten, geval: Geval, aanbieder: str) -> None:
    """What waits shows exactly the findings of the case; a medewerker rejects it with the codes found."""
    medewerker = keten.systeem.headers("medewerker", ["0193"])
    lijst = await keten.systeem.client.get(f"/matching/v1/uitval?aanbieder={aanbieder}&status=open", headers=medewerker)
    (item,) = lijst.json()["items"]
    uitval = f"/matching/v1/uitval/{item['uitvalId']}"
    detail = await keten.systeem.client.get(uitval, headers=medewerker)
    (prestatie,) = (p for p in detail.json()["prestaties"] if p["toestand"] == "inUitval")
    assert [(b["regel"], b["retourcode"], b["niveau"], b["pad"]) for b in prestatie["bevindingen"]] == [
        (regel, REGELS[regel].retourcode, REGELS[regel].niveau, re.sub(r"\[\d+\]", "", pad))
        for regel, pad in geval.fouten
    ]
    assert all(b["invoer"] or b["regel"] == "TR304" for b in prestatie["bevindingen"])
    besluit = await keten.systeem.client.post(
        f"{uitval}/besluit",
        json={"besluit": "afwijzen", "motivering": "Zoals gevonden."},
        headers={**medewerker, "If-Match": detail.headers["ETag"]},
    )
    assert besluit.status_code == 200, besluit.text
    await keten.systeem.drained()


def _verwacht(heen: etree._Element, geval: Geval, identificatie: str) -> etree._Element:
    """The JW325 by the table of IV087."""
    codes = geval.codes
    plaats = pagina.plaats_in_jw325(geval)
    if geval.niveau == 2:
        return verwachting.antwoord_header(heen, identificatie, ("0001",))
    if plaats == "Header":
        return verwachting.antwoord_header(heen, identificatie, sorted(codes))
    if plaats == "DeclaratieAntwoord":
        return verwachting.antwoord(heen, identificatie, codes, toegekend_cent=0)
    clienten: dict[str, tuple[str, ...]] = {}
    prestaties: dict[str, tuple[str, ...]] = {}
    for pad in _prestaties(heen):
        eigen = {REGELS[regel].retourcode for regel, waar in geval.fouten if waar == pad or waar.startswith(f"{pad}/")}
        client = pad.partition("/Prestaties")[0]
        if f"{client}/Bsn" in {waar for _, waar in geval.fouten}:
            clienten[client], prestaties[pad] = ("8187",), ("0233",)
        elif eigen:
            clienten[client], prestaties[pad] = ("0200",), tuple(sorted(eigen))
    bedragen = _prestaties(heen)
    return verwachting.antwoord(
        heen,
        identificatie,
        ("0200",) if prestaties else ("8001",),
        toegekend_cent=sum(bedrag for pad, bedrag in bedragen.items() if pad not in prestaties),
        clienten=clienten,
        prestaties=prestaties,
    )


def _prestaties(heen: etree._Element) -> dict[str, int]:
    """Signed cents of every Prestatie by its path."""
    return {plaats.pad: _cent(plaats.element) for plaats in boom.plaatsen(heen) if plaats.type == "Prestatie"}


def _cent(prestatie: Any) -> int:
    bedrag = int(prestatie.findtext("{*}IngediendBedrag/{*}Bedrag"))
    return -bedrag if prestatie.findtext("{*}IngediendBedrag/{*}DebetCredit") == "C" else bedrag
