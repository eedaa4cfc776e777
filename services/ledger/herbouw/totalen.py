"""Heads of grootboeken, balances and totals by day: sums of the boekingen."""

from typing import Final

from services.platform.herbouw.model import Herbouw

_KOPPEN: Final = """
INSERT INTO grootboeken AS g (domein, gemeente, laatste_nummer, laatste_hash, boekdatum, vastgelegd_op)
SELECT DISTINCT ON (domein, gemeente) domein, gemeente, nummer, hash, boekdatum, vastgelegd_op
FROM boekingen ORDER BY domein, gemeente, nummer DESC
ON CONFLICT (domein, gemeente) DO UPDATE SET laatste_nummer = excluded.laatste_nummer,
  laatste_hash = excluded.laatste_hash, boekdatum = greatest(g.boekdatum, excluded.boekdatum),
  vastgelegd_op = greatest(g.vastgelegd_op, excluded.vastgelegd_op)
WHERE (g.laatste_nummer, g.laatste_hash) <> (excluded.laatste_nummer, excluded.laatste_hash)
  OR g.boekdatum < excluded.boekdatum OR g.vastgelegd_op < excluded.vastgelegd_op
"""
"""A begroting that books nothing still moves the dates of a head on, and they never go back."""

_GETELD: Final = """
CREATE TEMPORARY TABLE h_{tabel} AS
SELECT b.domein, b.gemeente, b.boekjaar, {dag} r.rekening, r.productcategorie,
  sum(greatest(r.bedrag, 0))::bigint AS debet, sum(greatest(-r.bedrag, 0))::bigint AS credit
FROM boekingen b CROSS JOIN LATERAL unnest(b.rekeningen, b.productcategorieen, b.bedragen)
  AS r(rekening, productcategorie, bedrag)
GROUP BY b.domein, b.gemeente, b.boekjaar, {dag} r.rekening, r.productcategorie
"""

_ZET: Final = """
INSERT INTO {tabel} AS s ({sleutel}, debet, credit) SELECT {sleutel}, debet, credit FROM h_{tabel}
ON CONFLICT ({sleutel}) DO UPDATE SET debet = excluded.debet, credit = excluded.credit
WHERE (s.debet, s.credit) <> (excluded.debet, excluded.credit)
"""

_WEG: Final = """
DELETE FROM {tabel} s WHERE NOT EXISTS (SELECT 1 FROM h_{tabel} h WHERE ({h}) = ({s}))
"""

_SLEUTELS: Final = {
    "saldi": ("domein", "gemeente", "boekjaar", "rekening", "productcategorie"),
    "dagtotalen": ("domein", "gemeente", "boekjaar", "boekdatum", "rekening", "productcategorie"),
}


async def herbouw_koppen(herbouw: Herbouw) -> None:
    """Let each grootboek know its last boeking."""
    herbouw.verslag.herstelde("koppen van grootboeken", await herbouw.telt(_KOPPEN))


async def herbouw_totalen(herbouw: Herbouw) -> None:
    """Bring the totals in line with the boekingen."""
    for nummer, (tabel, sleutel) in enumerate(_SLEUTELS.items(), 1):
        dag = "b.boekdatum," if "boekdatum" in sleutel else ""
        await herbouw.connection.execute(_GETELD.format(tabel=tabel, dag=dag))
        await herbouw.connection.execute(f"CREATE UNIQUE INDEX ON h_{tabel} ({', '.join(sleutel)})")
        velden = {naam: ", ".join(f"{naam}.{kolom}" for kolom in sleutel) for naam in ("h", "s")}
        async with herbouw.connection.transaction():
            hersteld = await herbouw.telt(_ZET.format(tabel=tabel, sleutel=", ".join(sleutel)))
            hersteld += await herbouw.telt(_WEG.format(tabel=tabel, **velden))
        herbouw.verslag.herstelde(tabel, hersteld)
        herbouw.voortgang("totalen", nummer, len(_SLEUTELS))
