"""``happyflow up``: the services in one process, or one of them alone."""

import asyncio
import gc
import os
import signal
from typing import Annotated

import typer
import uvloop
from starlette.types import ASGIApp

from ijw.kalender import tel_werkdagen_op
from services.cli.samenstelling import migrated_database, named_services, own_roles
from services.cli.uitvoer import meldingen, stop
from services.platform import breekpunten, logs
from services.platform.auth import Rol
from services.platform.clock import SystemClock
from services.platform.ending import end
from services.platform.poorten import in_use
from services.platform.runtime import Runtime
from services.platform.server import make_server
from services.platform.settings import SERVICES, Settings, StartError
from services.platform.tracing.export import exporting
from services.platform.waiting import Front, await_tables


def up(
    service: Annotated[list[str] | None, typer.Argument(help="alleen deze service(s); standaard alle vier")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="poort om op te luisteren")] = None,
    host: Annotated[str | None, typer.Option(help="adres om op te luisteren")] = None,
) -> None:
    """Start Happyflow: alle services in dit ene proces, met een eigen PostgreSQL. Stop met Ctrl-C."""
    names = service or list(SERVICES)
    if unknown := sorted(set(names) - set(SERVICES)):
        raise stop(f"onbekende service {', '.join(unknown)}; er zijn: {', '.join(SERVICES)}.", 2)
    settings = Settings().model_copy(
        update={key: value for key, value in {"port": port, "host": host}.items() if value is not None}
    )
    logs.configure(settings.log_level)
    if in_use(settings.port, settings.host):
        raise stop(f"poort {settings.port} is al in gebruik; kies een andere met --port.")
    # While starting and stopping; the server handles both signals itself.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        breekpunten.controleer()
        uvloop.run(_serve(settings, names))
    except StartError as error:
        raise stop(str(error)) from error


async def _serve(settings: Settings, names: list[str]) -> None:
    async with exporting(os.environ):
        if settings.database_password_folder is not None:
            await _serve_when_migrated(settings, names)
        else:
            await _serve_here(settings, names)


async def _serve_here(settings: Settings, names: list[str]) -> None:
    async with migrated_database(settings) as (dsn, _):
        runtime = Runtime(settings, dsn, named_services(names))
        await runtime.start()
        _settle()
        try:
            serving = await _listen(runtime.app(), settings)
            if not serving.done():
                _announce(runtime, settings, names)
            await _until_ended(serving, runtime)
        finally:
            await runtime.stop()


async def _serve_when_migrated(settings: Settings, names: list[str]) -> None:
    """Listen at once and start when the tables are there: a service that may not make them waits for who does."""
    runtime = Runtime(settings, own_roles(settings), named_services(names))
    front = Front()
    serving = await _listen(front, settings)
    starting = asyncio.create_task(_start_when_migrated(runtime, front, settings))
    try:
        await asyncio.wait((serving, starting), return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            _announce(runtime, settings, names)
        await _until_ended(serving, runtime)
    finally:
        await end((starting, serving))
        await runtime.stop()


async def _until_ended(serving: asyncio.Task[None], runtime: Runtime) -> None:
    """Until the server stops. Raises ``StartError`` when it stopped because the tables are somebody else's now."""
    losing = asyncio.create_task(runtime.until_lost())
    try:
        await asyncio.wait((serving, losing), return_when=asyncio.FIRST_COMPLETED)
        if not losing.done():
            await serving
            return
        # First: nothing more may be handled on tables that somebody else works on.
        await runtime.stop()
        if not serving.done():
            signal.raise_signal(signal.SIGTERM)
        await serving
        raise losing.result()
    finally:
        losing.cancel()


async def _start_when_migrated(runtime: Runtime, front: Front, settings: Settings) -> None:
    def tell(reason: str) -> None:
        front.reason = reason
        meldingen.print(f"[yellow]Wacht:[/] {reason}.", soft_wrap=True)

    await await_tables(own_roles(settings), runtime.services, tell)
    await runtime.start()
    _settle()
    front.open(runtime.app())


def _settle() -> None:
    """What the start left in memory stays: the collector need not look at it again with every batch.

    A batch makes some hundred thousand objects without a cycle among them, so it is asked less often too.
    """
    tel_werkdagen_op(SystemClock().today(), 10)  # loads the calendar of holidays now, not in the first request
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 50)


async def _listen(app: ASGIApp, settings: Settings) -> asyncio.Task[None]:
    """The server at work, or ended when it could not begin."""
    server = make_server(app, settings)
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():
        await asyncio.sleep(0.02)
    return serving


def _announce(runtime: Runtime, settings: Settings, names: list[str]) -> None:
    url = settings.base_url
    meldingen.print(f"[bold green]Happyflow draait[/] op {url} ({', '.join(names)}). Stop met Ctrl-C.")
    for name in names:
        meldingen.print(f"  {name:<11} {url}/{name}/v1/openapi.json", style="dim")
    if "matching" in names:
        meldingen.print(f"  werkbak     {url}/matching/werkbak")
    if "ledger" in names:
        meldingen.print(f"  budget      {url}/ledger/budget")
    if settings.jwks_url or not settings.makes_keys:
        return  # Only that issuer's tokens count then, or others than the owner of this machine read what we print.
    meldingen.print("Token voor beheer op deze machine (12 uur geldig; andere rollen: happyflow token --help):")
    meldingen.print(runtime.issuer.mint(Rol.BEHEER, sub="beheer-lokaal"), soft_wrap=True)
