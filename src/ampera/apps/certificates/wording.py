"""What a certificate says in words. Indonesian is what is signed; the page prints the English beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from ampera.apps.programme import api as programme
from ampera.content import bank, digcomp
from ampera.cores.credentials.form import Achievement, Evidence, Outcome

YEARS = 3  # that a certificate is valid; official channels and devices change sooner than skills
DIGCOMP_URL = "https://joint-research-centre.ec.europa.eu/projects-and-activities/education-and-training/digital-transformation-education/digital-competence-framework-citizens-digcomp_en"


@dataclass(frozen=True)
class Words:
    name: str
    description: str
    criteria: str


@dataclass(frozen=True)
class Level:
    """number: the upper of the two DigComp 3.0 levels that it stands for."""

    code: str
    number: int
    id: Words
    en: Words


def _level(code: str, number: int, can: tuple[str, str], names: tuple[str, str]) -> Level:
    low, high = number - 1, number
    return Level(
        code,
        number,
        Words(
            f"Kecakapan Digital: {names[0]}",
            f"Pemegangnya {can[0]} (DigComp 3.0 tingkat {low}–{high}, sementara).",
            "Lulus ujian tertulis yang diawasi, dengan pemeriksaan KTP, setelah mengikuti kelasnya. Yang mengajar tidak "
            f"menguji. Ujian boleh diulang dua kali dalam satu putaran. Berlaku {YEARS} tahun; sesudahnya diperbarui "
            "dengan ujian baru. Tingkat disebut sementara sampai soal dikalibrasi dan batas lulus ditetapkan panel.",
        ),
        Words(
            f"Digital Skills: {names[1]}",
            f"The holder {can[1]} (DigComp 3.0 levels {low}–{high}, provisional).",
            "Passed an invigilated written exam, identity checked by KTP, after attending the class. Who teaches does not "
            f"examine. The exam may be retaken twice in a round. Valid for {YEARS} years; renewed by a new exam. The "
            "level is called provisional until the questions are calibrated and a panel has set the pass mark.",
        ),
    )


LEVELS = {
    level.code: level
    for level in (
        _level(
            "dasar",
            2,
            ("mengerjakan tugas digital sederhana, sendiri bila perlu dengan bimbingan", "does simple digital tasks, alone or with guidance where needed"),
            ("Dasar", "Foundation"),
        ),
        _level(
            "menengah",
            4,
            ("mengerjakan sendiri tugas digital sehari-hari yang jelas", "does well-defined everyday digital tasks independently"),
            ("Menengah", "Intermediate"),
        ),
        _level(
            "mahir",
            6,
            ("memilih cara yang tepat untuk tugas digital yang beragam dan membimbing orang lain", "chooses what fits for varied digital tasks and guides others"),
            ("Mahir", "Advanced"),
        ),
        _level(
            "ahli",
            8,
            ("memecahkan persoalan digital yang rumit dan mengusulkan cara baru", "resolves complex digital problems and proposes new ways"),
            ("Ahli", "Highly specialised"),
        ),
    )
}  # fmt: skip


def achievement(level: str, form: str) -> Achievement:
    """What a passed exam form certifies: its level, and each DigComp outcome that one of its questions is about.

    Raises KeyError if there is no such exam form of this level.
    """
    words = LEVELS[level]
    if bank.load().forms[form].level != level:
        raise KeyError(form)
    codes = sorted({item.outcome for item in bank.load().form_items(form)})
    return Achievement(
        id=f"{settings.ORIGIN}/sertifikat/capaian/{level}/{form}",
        name=words.id.name,
        description=words.id.description,
        criteria=words.id.criteria,
        level=words.number,
        outcomes=tuple(
            Outcome(code.rpartition("/")[2], digcomp.outcomes()[code].text, DIGCOMP_URL) for code in codes
        ),
    )


def decimal(number: str) -> str:
    """A number as Indonesian writes it, with a decimal comma."""
    return number.replace(".", ",").replace("-", "−")


CLASS = (
    "{hours} jam pelajaran (JP), hadir sekurang-kurangnya {share} % dari {meetings} pertemuan.",
    "{hours} lesson hours (JP), present at no less than {share} % of {meetings} meetings.",
)
EXAM = (
    "Ujian tertulis di hadapan pengawas; identitas dicocokkan dengan KTP.",
    "Written exam before an invigilator; identity matched with the KTP.",
)


def evidence(klass: programme.Class, share: Decimal) -> tuple[Evidence, ...]:
    """What the certificate rests on: the exam, and the class with its hours (JP)."""
    held = CLASS[0].format(hours=klass.hours, share=round(share * 100), meetings=klass.meetings)
    return Evidence("Ujian diawasi", EXAM[0]), Evidence("Kelas", held)


def english(name: str) -> Words | None:
    """The English of an achievement's Indonesian name, description and criteria; None if we have none."""
    return next((level.en for level in LEVELS.values() if level.id.name == name), None)


def english_evidence(narrative: str) -> str:
    """The English of an evidence's Indonesian narrative; "" if we have none."""
    if narrative == EXAM[0]:
        return EXAM[1]
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>\\d+)", re.escape(CLASS[0]))
    found = re.fullmatch(pattern, narrative)
    return CLASS[1].format(**found.groupdict()) if found else ""
