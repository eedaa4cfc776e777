"""Reading a message from a request: type, size and encoding are checked before anything is parsed."""

from fastapi import Request
from starlette.requests import ClientDisconnect

from services.platform.problems import Problem

XML_TYPES = frozenset({"application/xml", "text/xml"})
_DRAIN_FACTOR = 4
"""How far beyond the limit a body is still read and thrown away, so that its sender gets to read the answer."""


async def read_xml(request: Request, max_bytes: int) -> bytes:
    """The body, whole.

    415 for another type or a compressed body, 413 beyond ``max_bytes``, 400 when it is empty or the
    sender hung up halfway (nothing is stored then).
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in XML_TYPES:
        raise Problem(415, "verkeerd-type", "Stuur het bericht als XML", "Content-Type moet application/xml zijn.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(415, "verkeerd-type", "Stuur het bericht als XML", "Stuur het bericht niet gecomprimeerd.")
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size <= max_bytes:
                chunks.append(chunk)
            elif size > max_bytes * _DRAIN_FACTOR:
                break
            else:
                chunks.clear()
    except ClientDisconnect as error:
        raise Problem(400, "afgebroken", "Het bericht is niet helemaal ontvangen", "Er is niets opgeslagen.") from error
    if size > max_bytes:
        raise Problem(
            413,
            "te-groot",
            "Het bericht is te groot",
            f"Een bericht mag ten hoogste {max_bytes // (1024 * 1024)} MB zijn (OP179); splits het.",
            headers={"Connection": "close"} if size > max_bytes * _DRAIN_FACTOR else None,
        )
    if not size:
        raise Problem(400, "xml-onleesbaar", "Het bericht is leeg", "De aanvraag heeft geen inhoud.")
    return b"".join(chunks)
