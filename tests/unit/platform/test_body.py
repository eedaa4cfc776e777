"""Reading a message: what is too much, half, empty, packed or something else is refused before it is parsed."""

import pytest
from fastapi import Request

from services.platform.body import read_body, read_xml
from services.platform.problems import Problem
from tests.unit.platform.asgi import Zender, scope_of

LIMIT = 1000


def request(zender: Zender, **headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in {"content_type": "application/xml", **headers}.items()}
    return Request(scope_of(headers=named), zender)


async def refusal(zender: Zender, **headers: str) -> Problem:
    with pytest.raises(Problem) as caught:
        await read_xml(request(zender, **headers), LIMIT)
    return caught.value


@pytest.mark.parametrize("parts", [[b"a" * LIMIT], [b"a"] * LIMIT, [b"", b"a", b"", b"b", b""]], ids=len)
async def test_the_whole_body_comes_back_however_it_was_cut(parts: list[bytes]) -> None:
    assert await read_xml(request(Zender(parts)), LIMIT) == b"".join(parts)


async def test_one_byte_too_many_is_413_and_no_more_is_read() -> None:
    zender = Zender([b"a" * LIMIT, b"b", *[b"c" * LIMIT] * 100])
    problem = await refusal(zender)
    assert (problem.status, problem.soort) == (413, "te-groot")
    assert zender.read == 2


async def test_half_a_body_is_400_and_not_a_shorter_message() -> None:
    """Parts that make a well-formed message so far."""
    problem = await refusal(Zender([b"<a/>"], hangs_up=True))
    assert (problem.status, problem.soort) == (400, "afgebroken")


async def test_nothing_is_400() -> None:
    assert (await refusal(Zender([b"", b""]))).soort == "xml-onleesbaar"


@pytest.mark.parametrize(
    "content_type", ["", "application/json", "text/plain", "application/xml-dtd", "image/svg+xml", "xml"]
)
async def test_another_type_is_415_before_anything_is_read(content_type: str) -> None:
    zender = Zender([b"<a/>"])
    assert (await refusal(zender, content_type=content_type)).status == 415
    assert zender.read == 0


@pytest.mark.parametrize("content_type", ["text/xml", "APPLICATION/XML; charset=utf-8", "application/xml ;x=y"])
async def test_every_spelling_of_xml_will_do(content_type: str) -> None:
    assert await read_xml(request(Zender([b"<a/>"]), content_type=content_type), LIMIT) == b"<a/>"


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "br", "identity, gzip", "deflate"])
async def test_a_packed_body_is_415(encoding: str) -> None:
    assert (await refusal(Zender([b"\x1f\x8b"]), content_encoding=encoding)).status == 415


async def test_a_body_that_says_it_is_not_packed_is_read() -> None:
    assert await read_xml(request(Zender([b"<a/>"]), content_encoding="identity"), LIMIT) == b"<a/>"


async def test_the_text_of_413_says_how_much_is_allowed() -> None:
    for limit, text in ((25 * 1024 * 1024, "25 MB"), (64 * 1024, "64 kB")):
        with pytest.raises(Problem) as caught:
            await read_body(request(Zender([b"a" * (limit + 1)])), limit)
        assert text in (caught.value.detail or "")
