"""Rebuilding what a service derived from the events of others: what a rebuild works with, and what it reports."""

from services.platform.herbouw.model import Herbouw, Toestand, Verslag, Vingerafdrukken

__all__ = ["Herbouw", "Toestand", "Verslag", "Vingerafdrukken"]
