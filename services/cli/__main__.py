"""``python -m services.cli``: what the script ``happyflow`` runs."""

from services.cli.main import app

app(prog_name="happyflow")
