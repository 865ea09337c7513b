"""The privacy notice, shown before anything is asked (UU 27/2022 on personal data, art. 5 and 21)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

NOTICE_VERSION = "2026-11"


@dataclass(frozen=True)
class Notice:
    version: str
    title: str
    paragraphs: tuple[tuple[str, str], ...]
    """(heading, text) each."""


def notice() -> Notice:
    """The notice in the active language. Its version is kept with every person; change it with the text."""
    return Notice(
        version=NOTICE_VERSION,
        title=_("What we do with your data"),
        paragraphs=(
            (
                _("What we ask for"),
                _(
                    "Name, NIK, birth date, kelurahan; for those under 18 a parent or guardian. Later your answers, "
                    "attendance and certificate."
                ),
            ),
            (
                _("Why, and on what ground"),
                _(
                    "To give out seats fairly, to teach, and to issue certificates that can be checked. This is a public "
                    "task of the city (Law 27 of 2022, article 20 paragraph 2 letter e), so no consent is asked for it."
                ),
            ),
            (
                _("What we ask separately"),
                _(
                    "Use for research, other messages and partners abroad. You may say no, or change your mind at any "
                    "time; it never costs you a seat."
                ),
            ),
            (
                _("Who sees it"),
                _(
                    "Your NIK is kept encrypted and shown to nobody. Volunteers and officers see your name to compare "
                    "it with your card; lecturers see the names of their class. What is published carries no names."
                ),
            ),
            (
                _("How long"),
                _(
                    "Until the round is closed and audited. You can have your identity deleted earlier; numbers without "
                    "your name stay, so that the draw can still be checked."
                ),
            ),
            (
                _("Your rights"),
                _(
                    "See, correct, delete, object, and have a decision explained by a person. Use your page here, or ask "
                    "at your kelurahan or at the Department of Communication and Informatics."
                ),
            ),
        ),
    )
