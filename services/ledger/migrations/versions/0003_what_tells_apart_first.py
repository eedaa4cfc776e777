"""Look up by what tells rows apart, and judge the lines of a boeking without a call when they are few.

Domein and gemeente are the same for thousands of rows; in front they were compared at every step of a look-up.
A call of PL/pgSQL cost more than the lines it looked at: an expression that PostgreSQL takes over into the
constraint does the same for up to six lines, which is all that a prestatie has.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_PLAATS = ("domein", "gemeente")
_SLEUTELS = {
    "toewijzing_saldi": ("toewijzing_nummer", "jaar"),
    "verplichtingen": ("toewijzing_nummer",),
}
"""Primary keys: what tells rows of one grootboek apart."""

_ARGUMENTEN = "(rekeningen smallint[], productcategorieen text[], bedragen bigint[], aantal smallint)"

_LUS = f"""
{_ARGUMENTEN}
RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  bedrag bigint;
  som bigint := 0;
BEGIN
  IF cardinality(bedragen) IS DISTINCT FROM aantal OR cardinality(rekeningen) IS DISTINCT FROM aantal
     OR cardinality(productcategorieen) IS DISTINCT FROM aantal OR array_ndims(bedragen) <> 1
     OR array_position(rekeningen, NULL) IS NOT NULL OR array_position(productcategorieen, NULL) IS NOT NULL THEN
    RETURN false;
  END IF;
  FOREACH bedrag IN ARRAY bedragen LOOP
    IF bedrag IS NULL OR bedrag = 0 THEN
      RETURN false;
    END IF;
    som := som + bedrag;
  END LOOP;
  RETURN som = 0;
END $$
"""

# The order of the tests matters: nothing is added up before all amounts are there and numbered from 1.
_UITDRUKKING = f"""
CREATE OR REPLACE FUNCTION regels_kloppen{_ARGUMENTEN}
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN CASE
  WHEN aantal BETWEEN 2 AND 6 AND array_ndims(bedragen) = 1 AND array_lower(bedragen, 1) = 1 THEN coalesce(
    cardinality(bedragen) = aantal AND cardinality(rekeningen) = aantal AND cardinality(productcategorieen) = aantal
    AND array_position(rekeningen, NULL) IS NULL AND array_position(productcategorieen, NULL) IS NULL
    AND 0 <> ALL (bedragen)
    AND bedragen[1] + bedragen[2] + coalesce(bedragen[3], 0) + coalesce(bedragen[4], 0)
      + coalesce(bedragen[5], 0) + coalesce(bedragen[6], 0) = 0,
    false)
  ELSE veel_regels_kloppen(rekeningen, productcategorieen, bedragen, aantal)
END
"""


def _indexen(*, voorop: bool) -> None:
    """Domein and gemeente in front, or behind what tells rows apart."""

    def kolommen(eigen: Sequence[str]) -> list[str]:
        return [*_PLAATS, *eigen] if voorop else [*eigen, *reversed(_PLAATS)]

    for tabel, eigen in _SLEUTELS.items():
        op.drop_constraint(op.f(f"pk_{tabel}"), tabel, type_="primary")
        op.create_primary_key(op.f(f"pk_{tabel}"), tabel, kolommen(eigen))
    op.drop_index("uq_boekingen_sleutel", table_name="boekingen")
    op.create_index("uq_boekingen_sleutel", "boekingen", kolommen(["sleutel"]), unique=True)
    toekenning = sa.text("soort = 'toekenning'")
    op.drop_index("ix_boekingen_toekenning", table_name="boekingen", postgresql_where=toekenning)
    op.create_index(
        "ix_boekingen_toekenning",
        "boekingen",
        kolommen(["toewijzing_nummer", "referentie"]),
        unique=False,
        postgresql_where=toekenning,
    )


def upgrade() -> None:
    """Bring the tables to this version."""
    _indexen(voorop=False)
    op.execute(f"CREATE FUNCTION veel_regels_kloppen{_LUS}")
    op.execute(_UITDRUKKING)


def downgrade() -> None:
    """Back to the version before."""
    op.execute(f"CREATE OR REPLACE FUNCTION regels_kloppen{_LUS}")
    op.execute(f"DROP FUNCTION veel_regels_kloppen{_ARGUMENTEN}")
    _indexen(voorop=True)
