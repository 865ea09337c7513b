"""Messages to practise telling true from false, read from `messages/messages.toml`.

    for message in load(): ...

Each is original, about invented people, shops and banks, and says why it is true or false. A message's truth
expires, because official channels change: `fresh` says whether it may still be shown on a day. A file with
mistakes raises `BadMessages`, which lists them as "file: [message CODE] key: what is wrong; remedy".
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ampera.content.tables import BadContent, Faults, Table, Words, open_table

FILE = Path(__file__).parent / "messages" / "messages.toml"
CHANNELS = ("whatsapp", "sms", "email", "social")
KINDS = (
    "pinjaman",
    "bank",
    "belanja",
    "hadiah-bantuan",
    "kerja-pelatihan",
    "orang-dekat",
    "kesehatan",
    "kabar-kota",
    "tagihan",
    "sekolah-pemerintah",
    "donasi-investasi",
)
LEAST = 32
LONGEST_TRUST = dt.timedelta(days=366)
ADDRESS = re.compile(r"(?i)\b[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z]{2,}\b")
NUMBER = re.compile(r"(?:\d[ -]?){9,}")


class BadMessages(BadContent):
    """The messages can't be used; `errors` says why, one sentence per mistake."""


@dataclass(frozen=True)
class Message:
    """One message.

    truth: whether a reader would be right to trust it. setting: what the reader knows beforehand, without which
    many a real message can't be judged. sender: as the telephone shows it. why: what gives it away, or what makes
    it genuine and how to check. sources: the official guidance it was composed from.
    """

    code: str
    truth: bool
    kind: str
    channel: str
    sender: str
    setting: Words
    text: Words
    why: Words
    sources: tuple[str, ...]
    valid_from: dt.date
    review_on: dt.date
    licence: str

    def fresh(self, on: dt.date) -> bool:
        """Whether its truth is still vouched for on that day."""
        return self.valid_from <= on < self.review_on


def load(path: Path = FILE) -> tuple[Message, ...]:
    """All messages, in the file's order. Raises BadMessages with every mistake."""
    top = open_table(path, BadMessages)
    messages = tuple(_message(t) for t in top.tables("message", least=LEAST))
    top.end()
    top.faults.stop()
    _check(messages, top.faults)
    top.faults.stop()
    return messages


def _message(t: Table) -> Message:
    found = Message(
        code=t.code(),
        truth=t.yes_no("truth"),
        kind=t.text("kind", among=KINDS),
        channel=t.text("channel", among=CHANNELS),
        sender=t.text("sender"),
        setting=_words(t, "setting"),
        text=_words(t, "text"),
        why=_words(t, "why"),
        sources=t.texts("sources"),
        valid_from=t.date("valid_from"),
        review_on=t.date("review_on"),
        licence=t.text("licence"),
    )
    t.end()
    return found


def _words(t: Table, key: str) -> Words:
    return Words(t.text(f"{key}_id").strip(), t.text(f"{key}_en").strip())


def _check(messages: tuple[Message, ...], faults: Faults) -> None:
    for code, times in Counter(m.code for m in messages).items():
        if times > 1:
            faults.note(f"message {code}", "code", f"is there {times} times", "give each message its own")
    true = sum(m.truth for m in messages)
    if 2 * true != len(messages):
        wrong = f"{true} of {len(messages)} are true"
        faults.note("message", "truth", wrong, "make it exactly half, or guessing pays")
    for m in messages:
        where = f"message {m.code}"
        if not m.valid_from < m.review_on <= m.valid_from + LONGEST_TRUST:
            remedy = "write a day within a year after valid_from"
            faults.note(where, "review_on", f"is {m.review_on}, valid_from {m.valid_from}", remedy)
        for key, text in _texts(m).items():
            _check_harmless(where, key, text, faults)


def _texts(m: Message) -> dict[str, str]:
    pairs = {"setting": m.setting, "text": m.text, "why": m.why}
    both = {
        f"{key}_{tongue}": getattr(words, tongue) for key, words in pairs.items() for tongue in ("id", "en")
    }
    return {"sender": m.sender, **both}


def _check_harmless(where: str, key: str, text: str, faults: Faults) -> None:
    """Nothing in an exercise may lead to a real site or ring a real telephone."""
    for address in ADDRESS.findall(text):
        if not address.lower().endswith((".example", ".apk")):
            faults.note(where, key, f"names {address}", "use an address that ends in .example")
    for number in NUMBER.findall(text):
        faults.note(where, key, f"has the number {number.strip()}", "mask it with X, as in 0812-XXXX-XX42")
