"""A reading in plain words: what the intervals allow to be said, and what to look out for next time."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from ampera.cores.detection import Leaning, Skill
from ampera.refusal import _

from .readings import Reading

CHANNELS = {
    "whatsapp": _("WhatsApp message"),
    "sms": _("Text message (SMS)"),
    "email": _("E-mail"),
    "social": _("Post on social media"),
}
SKILLS = {
    Skill.TELLS_APART: _("You recognise false messages: more than guessing explains."),
    Skill.GUESSES: _("So far you tell false messages from genuine ones about as well as guessing would."),
    Skill.BACKWARDS: _(
        "You took false messages for genuine and genuine ones for false more often than guessing would."
    ),
    Skill.CANNOT_TELL: _("These few messages can't show yet whether you recognise false ones or guessed."),
}
LEANINGS = {
    Leaning.SAYS_FALSE: _(
        "You tend to call genuine messages false. Distrusting everything is not safer: it makes you miss what you are entitled to."
    ),
    Leaning.SAYS_TRUE: _(
        "You tend to believe false messages. When you are unsure, check first in a way that you already know."
    ),
    Leaning.BALANCED: _("When unsure you lean to neither side."),
    Leaning.CANNOT_TELL: _("Whether you lean to one side when unsure can't be said yet."),
}
LOOK_OUT = {
    "pinjaman": _(
        "Loans: ask OJK's line 157 about the lender; a genuine one neither threatens nor collects into a private account."
    ),
    "bank": _(
        "Banks: a genuine bank never asks for a PIN, a one-time code or a password; open its app yourself."
    ),
    "belanja": _("Shopping: look at the order in the app where you made it; pay nowhere else."),
    "hadiah-bantuan": _(
        "Prizes and aid: did you apply, and would you have to pay first? Ask at the kelurahan."
    ),
    "kerja-pelatihan": _(
        "Jobs and training: a genuine employer asks for no deposit; look for the offer at a source that you find yourself."
    ),
    "orang-dekat": _("People close to you: ring them on the number that you have always used."),
    "kesehatan": _("Health: ask the puskesmas before you change a medicine or pass a message on."),
    "kabar-kota": _(
        "News of the city: look for the same news with a date and a place at an official source."
    ),
    "tagihan": _(
        "Bills: compare with your customer number and your last bill, in the app or at the counter that you know."
    ),
    "sekolah-pemerintah": _(
        "School and government: ask the school or office itself; nobody genuine wants a code from your phone."
    ),
    "donasi-investasi": _(
        "Donations and investments: a certain profit is a sign of fraud; check the permit before you pay."
    ),
}
TIPS = 3


@dataclass(frozen=True)
class Said:
    """Sentences for one reading. tips: what to look out for, at most three."""

    skill: str
    leaning: str
    range: str
    tips: tuple[str, ...]


def said(found: Reading) -> Said:
    least, most = found.tenths
    facts = {"of": found.of, "least": least, "most": most}
    kinds = dict.fromkeys(kind for kind, _truth in found.missed)
    return Said(
        skill=gettext(SKILLS[found.skill]),
        leaning=gettext(LEANINGS[found.leaning]),
        range=gettext(
            "Somebody who answers like this on %(of)d messages could judge anything from %(least)d to %(most)d in 10 "
            "new messages rightly; guessing gives 5."
        )
        % facts,
        tips=tuple(gettext(LOOK_OUT[kind]) for kind in list(kinds)[:TIPS]),
    )


def together(found: Reading | None) -> tuple[Reading, Said] | None:
    """All exercises of a visitor, with the sentences; None before the second."""
    return None if found is None else (found, said(found))


def channel(name: str) -> str:
    """How the message came, in the reader's language."""
    return gettext(CHANNELS[name])
