"""Time as a dependency: instants in UTC, calendar days in Europe/Amsterdam."""

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def dag_van(moment: datetime) -> date:
    """The calendar day of an instant in the Netherlands: what a term counts from."""
    return moment.astimezone(AMSTERDAM).date()


class Clock(Protocol):
    """What tells the time; tests pass a fixed one."""

    def now(self) -> datetime:
        """The instant, in UTC."""
        ...

    def today(self) -> date:
        """The calendar day in the Netherlands: what a Dagtekening is compared with."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return datetime.now(AMSTERDAM).date()


class FixedClock:
    """Stands still until it is set; for tests and for replaying a day."""

    def __init__(self, instant: datetime) -> None:
        if instant.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        self.instant = instant

    def now(self) -> datetime:
        return self.instant.astimezone(UTC)

    def today(self) -> date:
        return self.instant.astimezone(AMSTERDAM).date()
