"""The messages to practise on: balanced, harmless, dated, and not to be guessed from their surface."""

import datetime as dt
import re
from collections import Counter

import pytest

from ampera.content.messages import CHANNELS, FILE, KINDS, BadMessages, load

MESSAGES = load()
SOURCE = FILE.read_text(encoding="utf-8")

# what a hasty reader goes by; each alone must leave them near a coin's chance
SURFACE = {
    "a link": lambda m: ".example" in m.text.id,
    "an attachment": lambda m: "📎" in m.text.id,
    "a word in capitals": lambda m: bool(re.search(r"\b[A-Z]{5,}\b", m.text.id)),
    "an exclamation mark": lambda m: "!" in m.text.id,
    "money": lambda m: bool(re.search(r"(?i)rp ?\d|\d ?(jt|juta|rb)\b", m.text.id)),
    "hurry": lambda m: bool(
        re.search(r"(?i)segera|hari ini|skrg|sekarang|malam ini|terakhir|besok|cepe?t", m.text.id)
    ),
    "a call to share": lambda m: bool(re.search(r"(?i)sebar|bagikan|teruskan|share", m.text.id)),
    "an unknown number": lambda m: "XXXX" in m.sender,
    "WhatsApp": lambda m: m.channel == "whatsapp",
    "a short text": lambda m: len(m.text.id) < 230,
    "a long setting": lambda m: len(m.setting.id) > 90,
    "abbreviations": lambda m: bool(re.search(r"(?i)\b(sdh|tdk|yg|krn|utk|dgn|jgn|tp|dr)\b", m.text.id)),
    "everything": lambda m: True,
}


def test_exactly_half_of_at_least_32_are_true():
    assert len(MESSAGES) >= 32
    assert 2 * sum(m.truth for m in MESSAGES) == len(MESSAGES)


def test_within_every_kind_half_are_true_so_that_the_subject_tells_nothing():
    counted = Counter((m.kind, m.truth) for m in MESSAGES)
    assert all(counted[kind, True] == counted[kind, False] > 0 for kind in KINDS)


def test_every_channel_carries_both_true_and_false_ones():
    assert {(m.channel, m.truth) for m in MESSAGES} == {
        (c, truth) for c in CHANNELS for truth in (True, False)
    }


@pytest.mark.parametrize("sign", SURFACE)
def test_no_surface_sign_tells_true_from_false(sign):
    """Calling false whatever shows the sign, or the other way round, is right at most two times in three."""
    right = sum(SURFACE[sign](m) != m.truth for m in MESSAGES) / len(MESSAGES)
    assert 1 / 3 <= right <= 2 / 3


def test_both_languages_say_something_of_their_own():
    for m in MESSAGES:
        for words in (m.setting, m.text, m.why):
            assert words.id != words.en
            assert 0.5 < len(words.en) / len(words.id) < 2


def test_the_reason_begins_with_the_verdict():
    for m in MESSAGES:
        assert m.why.id.startswith(("Asli", "Benar") if m.truth else "Palsu")
        assert m.why.en.startswith(("Genuine", "True") if m.truth else "False")


def test_a_message_is_fresh_from_its_first_day_until_its_review():
    m = MESSAGES[0]
    assert [m.fresh(m.valid_from - dt.timedelta(1)), m.fresh(m.valid_from), m.fresh(m.review_on)] == [
        False,
        True,
        False,
    ]


EDITS = [
    ("truth = false", "truth = true", "message", "truth", "23 of 44", "exactly half"),
    ("truth = false", 'truth = "no"', "message PJ-01", "truth", "'no'", "true or false"),
    ('code = "PJ-02"', 'code = "PJ-01"', "message PJ-01", "code", "2 times", "its own"),
    ('kind = "pinjaman"', 'kind = "utang"', "message PJ-01", "kind", "utang", "use one of"),
    ('channel = "whatsapp"', 'channel = "fax"', "message PJ-01", "channel", "fax", "use one of"),
    ("why_en = ", "reason_en = ", "message PJ-01", "why_en", "missing", "add"),
    ("why_en = ", "reason_en = ", "message PJ-01", "reason_en", "not a key", "remove"),
    (
        "review_on = 2027-08-24",
        "review_on = 2029-08-24",
        "message PJ-01",
        "review_on",
        "2029",
        "within a year",
    ),
    (
        "review_on = 2027-08-24",
        "review_on = 2026-11-24",
        "message PJ-01",
        "review_on",
        "2026",
        "within a year",
    ),
    (
        "danaringan.example atau",
        "danaringan.com atau",
        "message PJ-02",
        "text_id",
        "danaringan.com",
        "ends in .example",
    ),
    ('"0831-XXXX-XX17"', '"0831-5550-1717"', "message PJ-01", "sender", "0831-5550-1717", "mask it"),
    ("sources = [", "sources = [] #", "message PJ-01", "sources", "0 entries", "at least 1"),
    ('licence = "CC-BY-4.0"', 'licence = ""', "message PJ-01", "licence", "empty", "write"),
]


@pytest.mark.parametrize(("old", "new", "table", "key", "wrong", "remedy"), EDITS, ids=lambda x: str(x)[:30])
def test_a_mistake_is_named_with_file_table_key_and_remedy(tmp_path, old, new, table, key, wrong, remedy):
    assert old in SOURCE
    path = tmp_path / "pesan.toml"
    path.write_text(SOURCE.replace(old, new, 1), "utf-8")
    with pytest.raises(BadMessages) as caught:
        load(path)
    mine = [e for e in caught.value.errors if e.startswith(f"pesan.toml: [{table}] {key}: ")]
    assert mine, caught.value.errors
    said, _, mend = mine[0].partition("; ")
    assert wrong in said and remedy in mend, mine


def test_too_few_messages_are_refused(tmp_path):
    path = tmp_path / "pesan.toml"
    path.write_text(SOURCE[: SOURCE.index("[[message]]", SOURCE.index('code = "PJ-04"'))], "utf-8")
    with pytest.raises(BadMessages, match="has 4 entries; write at least 32"):
        load(path)
