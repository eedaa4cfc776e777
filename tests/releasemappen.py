"""Made-up releases of the standard beside the real one: folders with its XSDs in which a few things differ."""

import shutil
from pathlib import Path

from ijw.releases import KOLOMMEN

IJW_32 = Path(__file__).parents[1] / "schemas" / "ijw-3.2"


def maak_map(doel: Path, *, versies: tuple[int, int], ruimte: str = "3_2", extra_reden: str = "") -> Path:
    """A copy of iJw 3.2 with other versions in its Headers, other namespaces, and one code more for RedenWijziging."""
    shutil.copytree(IJW_32, doel)
    for bestand in doel.glob("*.xsd"):
        tekst = bestand.read_text(encoding="utf-8").replace("/ijw/3_2/", f"/ijw/{ruimte}/")
        for naam, oud, nieuw in zip(("BerichtVersie", "BerichtSubversie"), (3, 2), versies, strict=True):
            deel = f'base="ijw:LDT_{naam}">\n            <xs:pattern value="'
            tekst = tekst.replace(f'{deel}{oud}"', f'{deel}{nieuw}"')
        tekst = tekst.replace("<ijw:release>3.2<", f"<ijw:release>{versies[0]}.{versies[1]}<")
        tekst = tekst.replace("<ijw:BerichtXsdVersie>1.0.0<", f"<ijw:BerichtXsdVersie>{versies[0]}.{versies[1]}.0<")
        if extra_reden:
            begin, soort, rest = tekst.partition('<xs:simpleType name="LDT_RedenWijziging">')
            rest = rest.replace("<xs:enumeration", f'<xs:enumeration value="{extra_reden}"/><xs:enumeration', 1)
            tekst = begin + soort + rest
        bestand.write_text(tekst, encoding="utf-8")
    return doel


def schrijf_register(plaats: Path, *rijen: str) -> Path:
    """A register with these rows."""
    register = plaats / "releases.csv"
    register.write_text("\n".join([",".join(KOLOMMEN), *rijen, ""]), encoding="utf-8")
    return register
