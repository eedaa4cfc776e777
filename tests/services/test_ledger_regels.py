"""What the database itself says of the lines of a boeking: with few lines and with many, by the same standard."""

from typing import Any

import asyncpg
import pytest

from tests.services.ledger_hulp import VERHAAL, rijen, stuur
from tests.services.systeem import Systeem

SERVICES = ("ledger",)

GOED: list[tuple[Any, ...]] = [
    ([1, 2], ["", ""], "{5,-5}", 2),
    ([1, 2, 3], ["a", "b", "c"], "{5,-3,-2}", 3),
    ([1, 2, 3, 4, 5, 6], ["a"] * 6, "{5,-5,7,-7,1,-1}", 6),
    ([1] * 8, ["a"] * 8, "{5,-5,7,-7,1,-1,2,-2}", 8),
    # Numbered from another place, as nobody writes them.
    ([1, 2], ["a", "b"], "[0:1]={5,-5}", 2),
]

FOUT: list[tuple[Any, ...]] = [
    ([1, 2], ["a", "b"], "{5,-4}", 2),
    ([1, 2], ["a", "b"], "{0,0}", 2),
    ([1, 2, 3], ["a", "b", "c"], "{5,-5,0}", 3),
    ([1, 2], ["a", "b"], "{5,NULL}", 2),
    ([1, 2, 3], ["a", "b", "c"], "{5,-5,NULL}", 3),
    ([1, None], ["a", "b"], "{5,-5}", 2),
    ([1, 2], ["a", None], "{5,-5}", 2),
    ([1, 2], ["a", "b"], "{5,-5}", 3),
    ([1, 2, 3], ["a", "b"], "{5,-5}", 2),
    ([1, 2], ["a"], "{5,-5}", 2),
    ([1, 2], ["a", "b"], "{{5},{-5}}", 2),
    ([1, 2], ["a", "b"], "{}", 2),
    ([1] * 6, ["a"] * 6, "[-3:2]={9,9,9,9,5,-5}", 6),
    ([1] * 7, ["a"] * 7, "{5,-5,7,-7,1,-1,2}", 7),
    ([1] * 7, ["a"] * 7, "{5,-5,7,-7,1,-1,0}", 7),
    ([1] * 7, ["a"] * 7, "{5,-5,7,-7,1,-1,NULL}", 7),
]


async def test_lines_in_balance_are_accepted_and_others_refused(systeem: Systeem) -> None:
    for geval in (*GOED, *FOUT):
        (oordeel,) = await rijen(
            systeem,
            "SELECT regels_kloppen($1, $2, $3::text::bigint[], $4) AS klopt,"
            " veel_regels_kloppen($1, $2, $3::text::bigint[], $4) AS klopt_ook",
            *geval,
        )
        assert oordeel == {"klopt": geval in GOED, "klopt_ook": geval in GOED}, geval


@pytest.mark.parametrize("bedragen", ["{4000,-4001}", "{4000,-4000,1}", "{4000,NULL}"])
async def test_a_boeking_out_of_balance_cannot_be_stored(systeem: Systeem, bedragen: str) -> None:
    await stuur(systeem, *VERHAAL)
    with pytest.raises(asyncpg.CheckViolationError, match="ck_boekingen_regels"):
        await rijen(
            systeem,
            "INSERT INTO boekingen SELECT (b).* FROM (SELECT jsonb_populate_record(b, jsonb_build_object('nummer', 99,"
            " 'sleutel', 'x', 'tegenboeking_van', NULL, 'aantal_regels', cardinality($1::text::bigint[]),"
            " 'bedragen', $1::text::bigint[],"
            " 'rekeningen', array_fill(9300, ARRAY[cardinality($1::text::bigint[])]),"
            " 'productcategorieen', array_fill('45'::text, ARRAY[cardinality($1::text::bigint[])]))) AS b"
            " FROM boekingen b WHERE gemeente = '0193' AND nummer = 1) AS r",
            bedragen,
        )
