"""What a service is to the platform: a name, tables, routes, subscriptions, checks."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import httpx
from fastapi import APIRouter
from sqlalchemy import MetaData

from ijw.codelijsten import Gemeentelijst, Productcodelijst
from ijw.releases import Releases
from services.platform.bus import Subscription
from services.platform.clock import Clock
from services.platform.crypto import Crypto
from services.platform.database import Connection, Database
from services.platform.herbouw.model import Herbouw
from services.platform.settings import Settings
from services.platform.workers import Workers


@dataclass(frozen=True)
class Context:
    """Everything a service may use; made once at start, passed in, never imported."""

    settings: Settings
    database: Database
    clock: Clock
    crypto: Crypto
    workers: Workers
    releases: Releases
    gemeenten: Gemeentelijst
    productcodes: Productcodelijst
    http: httpx.AsyncClient
    """For questions to another service, through its public contract (a path such as /matching/v1/...)."""


@dataclass(frozen=True)
class Afwijking:
    """Something ``happyflow check`` found wrong: which invariant, and what breaks it (no personal data)."""

    invariant: str
    detail: str


@dataclass(frozen=True)
class PeriodicTask:
    """Work that a service does by itself every so many seconds; it must be safe to run twice at once."""

    name: str
    seconds: float
    run: Callable[[Context], Awaitable[None]]


def _no_subscriptions(_context: Context) -> Sequence[Subscription]:
    return ()


async def _no_check(_context: Context) -> Sequence[Afwijking]:
    return ()


async def _no_attention(_context: Context) -> Sequence[str]:
    return ()


@dataclass(frozen=True)
class Service:
    """One of the four. ``name`` is its schema, role and URL prefix."""

    name: str
    title: str
    metadata: MetaData
    router: Callable[[Context], APIRouter]
    subscriptions: Callable[[Context], Sequence[Subscription]] = _no_subscriptions
    check: Callable[[Context], Awaitable[Sequence[Afwijking]]] = _no_check
    tasks: Sequence[PeriodicTask] = field(default=())
    opens_messages: bool = True
    """Whether it needs the keys for pseudonyms and for what is stored of messages."""
    attention: Callable[[Context], Awaitable[Sequence[str]]] = _no_attention
    """What people outside should act on, in Dutch sentences without personal data; no fault of the system."""
    rebuild: Callable[[Herbouw], Awaitable[None]] | None = None
    """Makes anew what was derived from events (``happyflow rebuild``); what people and messages said is kept."""
    testify: Callable[[Connection], Awaitable[None]] | None = None
    """Puts what this service knows of others' work in temporary tables of the connection, for whoever is rebuilt."""
