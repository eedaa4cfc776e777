"""Reading large and hostile bytes: bounded in number, time and length of what is answered.

The time limits are wide. What they catch is growth with the square of the size, which here would take minutes.
"""

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from xsd_voorbeelden import XSDS, als_bytes, bericht

from ijw.lezen import Fout, LeesFout, TeGroot, XsdOngeldig, lees
from ijw.schemas import Schemas

SCHEMAS = Schemas(XSDS)
JW301 = als_bytes(bericht("JW301", alles=True))
JW302 = als_bytes(bericht("JW302", alles=False))
JW323 = als_bytes(bericht("JW323", alles=True))


@contextmanager
def binnen(seconden: float) -> Iterator[None]:
    """Of the processor: that others use it too says nothing."""
    begin = time.process_time()
    yield
    duur = time.process_time() - begin
    assert duur < seconden, f"{duur:.1f} s"


@contextmanager
def met_geheugen(mb: int) -> Iterator[None]:
    """Bounds what Python objects take at most; libxml2's own trees are not counted."""
    tracemalloc.start()
    try:
        yield
        piek = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert piek < mb * 1_000_000, f"{piek / 1_000_000:.0f} MB"


def declaratie(aantal: int) -> bytes:
    """A JW323 with two prestaties under its first client and this many under its second."""
    begin, eind = JW323.rindex(b"\t" * 5 + b"<jw323:Prestatie>"), JW323.rindex(b"\t" * 4 + b"</jw323:Prestaties>")
    return JW323[:begin] + JW323[begin:eind] * (aantal - 1) + JW323[eind:]


def geweigerd(data: bytes) -> LeesFout:
    with pytest.raises(LeesFout) as gevangen:
        lees(data, SCHEMAS, None)
    return gevangen.value


def in_header(inhoud: bytes) -> bytes:
    """A JW302 with this before its BerichtCode."""
    return JW302.replace(b"<jw302:BerichtCode>", inhoud + b"<jw302:BerichtCode>", 1)


def commentaar(inhoud: bytes) -> bytes:
    """A JW301 with this as the Commentaar of the client."""
    return JW301.replace(b"<jw301:Commentaar>1", b"<jw301:Commentaar>" + inhoud, 1)


@pytest.mark.traag
def test_declaratie_van_25_mb():
    data = declaratie(30_000)
    assert 24_000_000 < len(data) < 25 * 1024 * 1024
    with binnen(30):
        gelezen = lees(data, SCHEMAS, frozenset({"JW323"}))
    assert sum(len(client.prestaties) for client in gelezen.declaratie.clienten) == 30_002


def test_tien_mb_waarin_elke_prestatie_fout_is():
    data = declaratie(14_000).replace(b"<ijw:DebetCredit>D", b"<ijw:DebetCredit>X")
    assert len(data) > 9_500_000
    with binnen(10):
        fouten = geweigerd(data).fouten
    assert len(fouten) == 101
    assert fouten[100] == Fout(None, "", "Er zijn meer fouten; alleen de eerste 100 staan hier.")
    pad = "/Bericht/Declaratie/Clienten/Client[2]/Prestaties/Prestatie[97]/IngediendBedrag/DebetCredit"
    assert fouten[99].pad == pad
    assert data.splitlines()[fouten[99].regel - 1].strip() == b"<ijw:DebetCredit>X</ijw:DebetCredit>"


def test_precies_honderd_fouten_zijn_er_honderd():
    data = declaratie(100)
    plaats = data.index(b"<ijw:DebetCredit>D", data.index(b"Clienten"))
    data = data[:plaats] + data[plaats:].replace(b"<ijw:DebetCredit>D", b"<ijw:DebetCredit>X", 100)
    fouten = geweigerd(data).fouten
    assert len(fouten) == 100
    assert fouten[99].regel is not None


@pytest.mark.parametrize("regels", [True, False])
def test_een_fout_helemaal_achterin(regels):
    data = declaratie(7_000)
    plaats = data.rindex(b"<ijw:DebetCredit>D")
    data = data[:plaats] + data[plaats:].replace(b">D<", b">X<")
    if not regels:
        data = b"".join(deel.strip() for deel in data.splitlines())
    with binnen(15):
        fouten = geweigerd(data).fouten
    pad = "/Bericht/Declaratie/Clienten/Client[2]/Prestaties/Prestatie[7000]/IngediendBedrag/DebetCredit"
    assert [een.pad for een in fouten] == [pad]
    assert fouten[0].regel == 1 + data[: data.index(b">X<")].count(b"\n")


def test_datums_die_niemand_kent_in_elke_prestatie():
    with binnen(10):
        fouten = geweigerd(declaratie(5_000).replace(b"2026-04-01", b"12026-04-01")).fouten
    assert len(fouten) == 101
    assert fouten[0].pad == "/Bericht/Header/BerichtIdentificatie/Dagtekening"
    assert fouten[99].pad.startswith("/Bericht/Declaratie/Clienten/Client[2]/Prestaties/Prestatie[")
    assert fouten[100].regel is None


@pytest.mark.parametrize(
    ("data", "woord"),
    [
        (in_header(b"<a/>" * 1_000_001), "elementen"),
        (in_header(b">" * 2_100_001), "elementen"),
        (in_header(b"<a" + b"".join(b" a%d=''" % nummer for nummer in range(300_001)) + b"/>"), "attributen"),
        (commentaar(b"&#65;" * 100_001), "tekenverwijzingen"),
        (commentaar(b"a<!---->" * 100_001), "commentaar"),
        (commentaar(b"a<?b?>" * 100_001), "commentaar"),
        (commentaar(b"<![CDATA[a]]>" * 100_001), "commentaar"),
    ],
    ids=["elementen", "haken", "attributen", "verwijzingen", "commentaar", "instructies", "cdata"],
)
def test_te_veel_onderdelen_worden_geweigerd_voor_het_ontleden(data, woord):
    with binnen(2):
        fout = geweigerd(data)
    assert isinstance(fout, TeGroot)
    assert woord in fout.fouten[0].melding


@pytest.mark.parametrize("inhoud", [b"&#65;", b"a<!---->", b"a<?b?>", b"<![CDATA[a]]>"])
def test_net_niet_te_veel_onderbrekingen_in_een_waarde(inhoud):
    """libxml2's validation copies a text anew at each interruption: the bound on their number bounds the time."""
    with binnen(10):
        gelezen = lees(commentaar(inhoud * 99_900), SCHEMAS, None)
    assert len(gelezen.client.commentaar) == 99_900


@pytest.mark.parametrize(
    ("data", "soort"),
    [
        (in_header(b"<a/>" * 900_000), XsdOngeldig),
        (in_header(b"<a" + b"".join(b" a%d=''" % nummer for nummer in range(250_000)) + b"/>"), XsdOngeldig),
        (in_header(b">\n" * 1_000_000), XsdOngeldig),
        (in_header(b"<a>" * 900_000), TeGroot),
        (b"<a>" * 900_000, TeGroot),
        (commentaar(b"a" * 10_500_000), TeGroot),
        (commentaar(b"\r\n" * 11_000_000), TeGroot),
        (commentaar(b" " * 9_000_000), XsdOngeldig),
        (JW301.replace(b"999900006", b"9" * 9_000_000), XsdOngeldig),
    ],
    ids=["elementen", "attributen", "haken", "diep", "meteen-diep", "lang", "regels", "wit", "lange-waarde"],
)
def test_vijandige_bytes_worden_binnen_de_tijd_geweigerd(data, soort):
    with binnen(20):
        fout = geweigerd(data)
    assert isinstance(fout, soort)
    assert len(fout.fouten) <= 101
    assert sum(len(een.pad) + len(een.melding) for een in fout.fouten) < 50_000


def test_vloed_van_fouten_met_lange_teksten():
    """libxml2 lists all 59 codes for each of 600,000 faults; without stopping early that takes a gigabyte."""
    code = b"<jw302:RetourCode/>"
    data = JW302.replace(
        b"</jw302:Header>", b"<jw302:RetourCodes>" + code * 600_000 + b"</jw302:RetourCodes></jw302:Header>"
    )
    with binnen(15), met_geheugen(30):
        fouten = geweigerd(data).fouten
    assert [een.pad for een in fouten[:2]] == [f"/Bericht/Header/RetourCodes/RetourCode[{nummer}]" for nummer in (1, 2)]
    assert len(fouten) == 101


@pytest.mark.parametrize("data", [in_header(b"<a>" * 900_000), b"<a>" * 900_000])
def test_diepe_nesting_kost_geen_geheugen_en_het_pad_breekt_af(data):
    with met_geheugen(30):
        [een] = geweigerd(data).fouten
    assert een.pad.endswith("/a/a/a/...")
    assert len(een.pad) < 100


def test_lange_namen_worden_ingekort():
    lang = b"n" * 5_000
    for data in [in_header(b"<%s/>" % lang), in_header(b"<%s></%s>" % (lang, lang[:-1]))]:
        for een in geweigerd(data).fouten:
            assert len(een.pad) < 200
            assert len(een.melding) < 200
