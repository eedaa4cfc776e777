"""The commands of ``happyflow``, one module each."""

import typer
from pydantic import ValidationError

from services.cli import (
    bench,
    check,
    demo,
    dlq,
    generate,
    kafka,
    migrate,
    post,
    productlijst,
    rebuild,
    testen,
    token,
    up,
    valideer,
)
from services.cli.uitvoer import stop
from services.platform.settings import Settings

app = typer.Typer(
    name="happyflow",
    help="Koppelt elke declaratie aan haar toewijzing, antwoordt de aanbieder en bewaakt het budget.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="rich",
)


@app.callback()
def settings_are_readable() -> None:
    """Every command reads the environment: what is wrong there is said here, in words."""
    try:
        Settings()
    except ValidationError as error:
        names = ", ".join(f"HAPPYFLOW_{str(item['loc'][0]).upper()}" for item in error.errors())
        raise stop(f"deze instelling heeft geen bruikbare waarde: {names}.", 2) from None


app.command("up")(up.up)
app.command("migrate")(migrate.migrate_command)
app.command("demo")(demo.demo)
app.command("generate")(generate.generate)
app.command("token")(token.token)
app.command("post")(post.post)
app.command("valideer")(valideer.valideer)
app.add_typer(productlijst.app, name="productlijst")
app.add_typer(kafka.app, name="kafka")
app.command("check")(check.check)
app.add_typer(dlq.app, name="dlq")
app.command("rebuild")(rebuild.rebuild)
app.command("test", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(testen.test)
app.command(
    "bench", context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, add_help_option=False
)(bench.bench)
