"""Reading a message from a request: type, encoding and size are checked before anything is parsed."""

from fastapi import Request
from starlette.requests import ClientDisconnect

from services.platform.problems import Problem

XML_TYPES = frozenset({"application/xml", "text/xml"})


async def read_xml(request: Request, max_bytes: int) -> bytes:
    """The body, whole.

    415 for another type or a compressed body, 413 beyond ``max_bytes``, 400 when it is empty or the
    sender hung up halfway (nothing is stored then).
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in XML_TYPES:
        raise Problem(415, "verkeerd-type", "Stuur het bericht als XML", "Content-Type moet application/xml zijn.")
    if request.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        raise Problem(415, "verkeerd-type", "Stuur het bericht als XML", "Stuur het bericht niet gecomprimeerd.")
    data = await read_body(request, max_bytes)
    if not data:
        raise Problem(400, "xml-onleesbaar", "Het bericht is leeg", "De aanvraag heeft geen inhoud.")
    return data


async def read_body(request: Request, max_bytes: int) -> bytes:
    """The body, whole: 413 beyond ``max_bytes``, 400 when the sender hung up halfway."""
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > max_bytes:
                raise too_large(max_bytes)
            chunks.append(chunk)
    except ClientDisconnect as error:
        raise Problem(400, "afgebroken", "Het bericht is niet helemaal ontvangen", "Er is niets opgeslagen.") from error
    return b"".join(chunks)


def too_large(limit: int) -> Problem:
    """413: nothing of it was kept."""
    size = f"{limit // (1024 * 1024)} MB" if limit >= 1024 * 1024 else f"{limit // 1024} kB"
    return Problem(
        413,
        "te-groot",
        "Het bericht is te groot",
        f"Het mag ten hoogste {size} zijn (voor berichten: OP179); splits het. Er is niets opgeslagen.",
    )
