"""Asking a running system something over HTTP, with what goes wrong on the way in words."""

from collections.abc import Mapping

import httpx

from services.cli.uitvoer import stop


def verzoek(
    client: httpx.Client,
    method: str,
    path: str,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    """The answer, whatever its status; ends the command when there is none."""
    try:
        return client.request(method, path, content=content, headers=headers)
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise stop("het adres is niet goed; het begint met http:// of https://.", 2) from error
    except httpx.ConnectError as error:
        raise stop(f"op {client.base_url} antwoordt niets; start het systeem met: happyflow up") from error
    except httpx.HTTPError as error:
        raise stop(
            f"de verbinding brak af ({type(error).__name__}); stuur hetzelfde bestand gerust nog eens."
        ) from error
