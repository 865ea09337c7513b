"""What a certificate says: an Open Badges 3.0 credential on the W3C VC Data Model 2.0.

Every node but the holder's name has an id. One blank node is always `_:c14n0`, whatever the name is, which is
what lets the template path substitute instead of canonicalising anew.
No NIK and no e-mail: the subject is a fresh UUID, and the name is the only thing that says who it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, is_dataclass
from datetime import datetime
from typing import Literal

from ampera.cores.credentials.contexts import OB3, VC2
from ampera.cores.credentials.document import Json, stamp
from ampera.cores.credentials.keys import is_demo

FRAMEWORK = "DigComp 3.0"
SAMPLE = "CONTOH"  # first word of the name of whatever is a sample, a simulation or rests on draft items
MAX_NAME = 120

_URN = re.compile(r"urn:uuid:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")

# What a name may not hold: it would be invisible, forge the layout, or not survive a copy.
# Cc controls, Cs surrogates, Cn unassigned, Co private use, Zl and Zp line ends; and the bidirectional overrides.
_BARRED = {"Cc", "Cs", "Cn", "Co", "Zl", "Zp"}
_BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Issuer:
    """Who signs. id: a DID. name: as printed. url: the issuer's page."""

    id: str
    name: str
    url: str


@dataclass(frozen=True)
class Outcome:
    """A DigComp 3.0 learning outcome. code: e.g. `LO1.1.01`. url: where it is described."""

    code: str
    statement: str
    url: str


@dataclass(frozen=True)
class Achievement:
    """What is certified. id: an IRI of its own. level: DigComp 1–8. criteria: how it is earned, in words."""

    id: str
    name: str
    description: str
    criteria: str
    level: int
    outcomes: tuple[Outcome, ...]
    language: str = "id"


@dataclass(frozen=True)
class Result:
    """What the holder showed. level: 1–8. ability and error (its standard error, ≥ 0): logits."""

    level: int
    ability: float
    error: float


@dataclass(frozen=True)
class Evidence:
    """What the certificate rests on, e.g. an invigilated exam. narrative: who checked what, where and when."""

    name: str
    narrative: str


@dataclass(frozen=True)
class StatusEntry:
    """Where to look whether it still stands. list_url: of the status list credential. index: its place there."""

    list_url: str
    index: int
    purpose: Literal["revocation", "suspension"] = "revocation"


@dataclass(frozen=True)
class Frame:
    """What the certificates of one achievement and day have in common.

    lists: (url, purpose) of each status list. sample: says CONTOH in its names, and must be issued by a demo
    issuer (and nothing else may be). Raises ValueError, naming what does not fit together.
    """

    issuer: Issuer
    achievement: Achievement
    issued: datetime
    valid_until: datetime
    lists: tuple[tuple[str, str], ...]
    evidence: tuple[Evidence, ...] = ()
    sample: bool = False

    def __post_init__(self) -> None:
        codes = [outcome.code for outcome in self.achievement.outcomes]
        if not 1 <= self.achievement.level <= 8 or not codes or len(set(codes)) != len(codes):
            raise ValueError("an achievement has a level of 1–8 and at least one outcome, each once")
        if not self.issued < self.valid_until:
            raise ValueError("a certificate ends after it begins")
        urls = {url for url, _ in self.lists}
        if not urls or len(urls) != len(self.lists):
            raise ValueError("a certificate has a place on at least one status list, and on each only one")
        if self.sample != is_demo(self.issuer.id):
            raise ValueError("samples are issued by a demo issuer, and nothing else is")
        for text in leaves(self):
            # whatever is barred here is unprintable; most texts are printable throughout, which is quick to see
            if isinstance(text, str) and not text.isprintable() and any(map(_is_control, text)):
                raise ValueError("a text holds a control character, which canonicalisers write differently")

    @property
    def title(self) -> str:
        """The achievement's name, marked if it is a sample."""
        return f"{SAMPLE} – {self.achievement.name}" if self.sample else self.achievement.name


@dataclass(frozen=True)
class Values:
    """What differs from one certificate to the next, as the text that goes into the document."""

    id: str
    subject_id: str
    holder_name: str
    level: str
    ability: str
    error: str
    indices: tuple[str, ...]


def leaves(record: Frame | Values) -> Iterator[object]:
    """Every single value in a frame or in a person's values."""
    rows: list[object] = [record]
    while rows:
        row = rows.pop()
        if isinstance(row, tuple):
            rows.extend(row)
        elif is_dataclass(row):
            rows.extend(vars(row).values())
        else:
            yield row


def credential(
    *,
    id: str,
    issuer: Issuer,
    achievement: Achievement,
    holder_name: str,
    subject_id: str,
    issued: datetime,
    valid_until: datetime,
    status: Sequence[StatusEntry],
    result: Result,
    evidence: Sequence[Evidence] = (),
    sample: bool = False,
) -> Json:
    """An unsigned Open Badges 3.0 credential.

    id, subject_id: `urn:uuid:…`, fresh for each certificate. holder_name: brought to NFC. sample: says CONTOH
    in its names, and must be issued by a demo issuer (and nothing else may be).
    Raises ValueError, naming what is wrong.
    """
    frame = Frame(
        issuer=issuer,
        achievement=achievement,
        issued=issued,
        valid_until=valid_until,
        lists=tuple((entry.list_url, entry.purpose) for entry in status),
        evidence=tuple(evidence),
        sample=sample,
    )
    indices = [entry.index for entry in status]
    return assemble(
        values(id=id, subject_id=subject_id, holder_name=holder_name, result=result, indices=indices), frame
    )


def values(*, id: str, subject_id: str, holder_name: str, result: Result, indices: Sequence[int]) -> Values:
    """The checked text of what differs between certificates. Raises ValueError, naming what is wrong."""
    if not 1 <= result.level <= 8 or not 0 <= result.error < 100 or not -100 < result.ability < 100:
        raise ValueError("a result has a level of 1–8, an ability and an error ≥ 0, in logits")
    if any(index < 0 for index in indices):
        raise ValueError("a status index is ≥ 0")
    return Values(
        id=_urn(id),
        subject_id=_urn(subject_id),
        holder_name=clean_name(holder_name),
        level=str(result.level),
        ability=f"{round(result.ability, 2) + 0.0:.2f}",  # no minus before nought
        error=f"{result.error:.2f}",
        indices=tuple(str(index) for index in indices),
    )


def clean_name(name: str) -> str:
    """A holder's name in NFC, without spaces around it.

    Raises ValueError if it is empty, longer than 120 characters, or holds control characters, line ends,
    unassigned or private characters or bidirectional overrides.
    """
    cleaned = unicodedata.normalize("NFC", name).strip()
    if not cleaned or len(cleaned) > MAX_NAME:
        raise ValueError(f"a name has 1 to {MAX_NAME} characters")
    if not cleaned.isprintable():  # all that is barred is unprintable, but so is an emoji's joiner
        for letter in cleaned:
            if letter in _BIDI or unicodedata.category(letter) in _BARRED:
                raise ValueError(f"a name can't hold U+{ord(letter):04X}")
    return cleaned


def assemble(text: Values, frame: Frame) -> Json:
    """The document from checked parts; one of the text's indices for each of the frame's lists."""
    issuer, achievement = frame.issuer, frame.achievement
    document: Json = {
        "@context": [VC2, OB3],
        "id": text.id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": frame.title,
        "issuer": {"id": issuer.id, "type": ["Profile"], "name": issuer.name, "url": issuer.url},
        "validFrom": stamp(frame.issued),
        "validUntil": stamp(frame.valid_until),
        "credentialSubject": {
            "id": text.subject_id,
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": text.holder_name,
                    "identityType": "name",
                }
            ],
            "achievement": _achievement(achievement, frame.title),
            "result": _results(achievement, text),
        },
    }
    if frame.evidence:
        document["evidence"] = [
            {
                "id": f"{text.id}#evidence-{place}",
                "type": ["Evidence"],
                "name": e.name,
                "narrative": e.narrative,
            }
            for place, e in enumerate(frame.evidence, start=1)
        ]
    entries: list[Json] = [
        {
            "id": f"{url}#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose,
            "statusListIndex": index,
            "statusListCredential": url,
        }
        for (url, purpose), index in zip(frame.lists, text.indices, strict=True)
    ]
    # Open Badges' schema wants an object; the VC Data Model allows several
    document["credentialStatus"] = entries[0] if len(entries) == 1 else entries
    return document


def _is_control(letter: str) -> bool:
    return letter not in "\n\t" and unicodedata.category(letter) in ("Cc", "Cs")


def _achievement(achievement: Achievement, title: str) -> Json:
    return {
        "id": achievement.id,
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "inLanguage": achievement.language,
        "name": title,
        "description": achievement.description,
        "criteria": {"id": f"{achievement.id}#criteria", "narrative": achievement.criteria},
        "alignment": [
            {
                "id": f"{achievement.id}#{outcome.code}",
                "type": ["Alignment"],
                "targetCode": outcome.code,
                "targetFramework": FRAMEWORK,
                "targetName": outcome.statement,
                "targetType": "ceasn:Competency",
                "targetUrl": outcome.url,
            }
            for outcome in achievement.outcomes
        ],
        "resultDescription": [
            {
                "id": f"{achievement.id}#level",
                "type": ["ResultDescription"],
                "name": f"{FRAMEWORK} level",
                "resultType": "PerformanceLevel",
                "requiredValue": str(achievement.level),
                "valueMin": "1",
                "valueMax": "8",
            },
            _described(achievement, "ability", "Ability (logits)", "ScaledScore"),
            _described(achievement, "error", "Standard error of the ability (logits)", "ext:StandardError"),
        ],
    }


def _described(achievement: Achievement, part: str, name: str, kind: str) -> Json:
    return {"id": f"{achievement.id}#{part}", "type": ["ResultDescription"], "name": name, "resultType": kind}


def _results(achievement: Achievement, text: Values) -> list[Json]:
    """One result for each description; in three nodes, since Open Badges has no field for a value's error."""
    shown = {"level": text.level, "ability": text.ability, "error": text.error}
    return [
        {
            "id": f"{text.id}#{part}",
            "type": ["Result"],
            "resultDescription": f"{achievement.id}#{part}",
            "value": value,
        }
        for part, value in shown.items()
    ]


def _urn(text: str) -> str:
    if not _URN.fullmatch(text):
        raise ValueError(f"{text!r} is not a urn:uuid")
    return text
