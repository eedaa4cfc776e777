"""``happyflow kafka rechten``: what each service must be allowed in a Kafka with an authorizer."""

from typing import Annotated

import typer

from services.cli.uitvoer import stop
from services.platform.settings import SERVICES, Settings


def rechten(
    service: Annotated[str | None, typer.Argument(help="alleen van deze service")] = None,
    principal: Annotated[
        str, typer.Option(help="wie de rechten krijgt; {service} wordt de naam van de service")
    ] = "User:happyflow-{service}",
) -> None:
    """Toon de minste rechten die elke service nodig heeft, als opdrachten voor kafka-acls."""
    from services.platform.kafka.rechten import command_of, rights_of

    if service is not None and service not in SERVICES:
        raise stop(f"er is geen service {service}; kies uit {', '.join(SERVICES)}.", 2)
    settings = Settings()
    for name in SERVICES if service is None else (service,):
        for right in rights_of(settings, name):
            # Not wrapped: these lines are to be pasted.
            typer.echo(command_of(right, principal.replace("{service}", name)))
