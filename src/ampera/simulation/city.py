"""What the simulated city is like: demand, abilities, no-shows, drop-outs, learning. Every assumption stands here.

None of these figures is a fact about Palembang. Each citizen's life is drawn from (seed, number, topic) alone, so it
does not depend on order, on batches, or on where an earlier run was cut off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from random import Random

# Demand: who registers
AUDIENCES = (("umum", 0.45), ("umkm", 0.25), ("pelajar", 0.30))
SEATS_PER_CITIZEN = 0.30  # seats of the round for each applicant
MINORS_WITHOUT_GUARDIAN = 0.10  # of those under 18, at the counter
ABILITY_MEAN = {"umum": -0.6, "umkm": -0.3, "pelajar": 0.4, "asn": 0.3}  # logits
ABILITY_SD = 1.0
ISSUED_ELSEWHERE = 0.12  # NIK of another district
WITHOUT_PHONE = 0.08  # registered by a volunteer
RESERVE_EVIDENCE = {"umkm": 0.80, "pelajar": 0.95}  # of the audience, have the document with them
FALSE_EVIDENCE = 0.03  # of claims, refused when checked
JOBSEEKERS = 0.10
RESEARCH_CONSENT = 0.92
REGISTERED_TWICE = 0.002  # by another phone, and at least five, so that the smallest city shows it

# Following through
SHOWS_IDENTITY = 0.88
OBJECTS = 0.004
ACCEPTS = 0.82
ANSWERS_AT_ALL = 0.93  # the others let the call lapse
ATTENDS = (0.90, 0.08)  # mean and spread of a person's share of meetings
DROPS_OUT = 0.09  # stops after the third meeting
SITS_EXAM = 0.93  # of those who finished

# Learning, logits, for somebody who attended everything; others in proportion to attendance
LEARNS = {"dasar": 0.55, "menengah": 0.45, "mahir": 0.40, "ahli": 0.30}
LEARNS_ANYWAY = 0.05  # everybody, between baseline and endline
EXAM_PREPARATION = 0.45  # the exam asks what the class taught

# Endline
ANSWERS_ENDLINE = {True: 0.86, False: 0.80}  # inside, outside the horizon

# fmt: off
FIRST = (
    "Ahmad", "Siti", "Muhammad", "Nur", "Dewi", "Budi", "Sri", "Agus", "Rina", "Hendra", "Yuni", "Fitri",
    "Andi", "Ratna", "Joko", "Lestari", "Rahmat", "Wulan", "Dian", "Eko", "Maya", "Fajar", "Putri", "Rizki",
    "Indah", "Bayu", "Ayu", "Yusuf", "Nadia", "Arif", "Tuti", "Irfan", "Mega", "Zainal", "Halimah",
    "Samsul", "Rosmala", "Kemas", "Nyimas", "Masagus", "Masayu",
)
# fmt: on
# fmt: off
LAST = (
    "Saputra", "Wijaya", "Handayani", "Lubis", "Hidayat", "Kurniawan", "Rahayu", "Utami", "Pratama",
    "Susanti", "Nasution", "Setiawan", "Anggraini", "Firmansyah", "Marlina", "Suryani", "Gunawan",
    "Maharani", "Effendi", "Oktaviani", "Ramadhan", "Wahyuni", "Syahputra", "Yulianti", "Akbar",
)
# fmt: on
DAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")


@dataclass(frozen=True)
class Citizen:
    number: int
    name: str
    nik: str
    birth_date: date
    kelurahan: str
    audience: str
    ability: float
    phone: str | None
    evidence: dict[str, str]
    guardian: str
    guardian_comes: bool
    shows_identity: bool
    consents: bool
    days: tuple[str, ...]
    places: tuple[str, ...]
    modest: bool  # chooses one level below the measured one


def dice(seed: int, number: int | str, topic: str) -> Random:
    """The citizen's own random stream for one topic."""
    return Random(f"{seed}/{number}/{topic}")


def citizen(seed: int, number: int, kelurahan: tuple[str, ...], *, today: date) -> Citizen:
    """The life of one citizen up to the counter. kelurahan: all codes of the city, in order."""
    r = dice(seed, number, "life")
    audience = pick(r, AUDIENCES)
    home = r.choice(kelurahan)
    born = birth(r, audience, number, today)
    woman = r.random() < 0.5
    district = (
        home[:8].replace(".", "")
        if r.random() > ISSUED_ELSEWHERE
        else r.choice(("160101", "167201", "317301"))
    )
    evidence = {}
    if audience in RESERVE_EVIDENCE and r.random() < RESERVE_EVIDENCE[audience]:
        evidence[audience] = (
            f"NIB {r.randrange(10**12, 10**13)}" if audience == "umkm" else f"Kartu {r.randrange(10**6)}"
        )
    if audience == "umum" and r.random() < JOBSEEKERS:
        evidence["pencari-kerja"] = f"AK-1 {r.randrange(10**6)}"
    kecamatan = home[:8]
    return Citizen(
        number=number,
        name=r.choice(FIRST) if r.random() < 0.15 else f"{r.choice(FIRST)} {r.choice(LAST)}",
        nik=nik(district, born, woman, number),
        birth_date=born,
        kelurahan=home,
        audience=audience,
        ability=r.gauss(ABILITY_MEAN[audience], ABILITY_SD),
        phone=None if r.random() < WITHOUT_PHONE else f"+6285{number:09d}",
        evidence=evidence,
        guardian=f"{r.choice(FIRST)} {r.choice(LAST)}" if age(born, today) < 18 else "",
        guardian_comes=r.random() > MINORS_WITHOUT_GUARDIAN,
        shows_identity=r.random() < SHOWS_IDENTITY,
        consents=r.random() < RESEARCH_CONSENT,
        days=tuple(sorted(r.sample(DAYS, r.randint(2, 7)), key=DAYS.index)),
        places=(kecamatan, "daring") if r.random() < 0.4 else (kecamatan,),
        modest=r.random() < 0.1,
    )


def birth(r: Random, audience: str, number: int, today: date) -> date:
    years = r.randint(15, 23) if audience == "pelajar" else r.randint(19, 68)
    # The day carries the ten-thousands of the number, so that no two citizens get the same NIK.
    return date(today.year - years - 1, r.randint(1, 12), 1 + number // 9999 % 28)


def age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def nik(district: str, born: date, woman: bool, number: int) -> str:
    """16 digits: where it was issued, the birth date (day + 40 for women), a serial."""
    return f"{district}{born.day + 40 * woman:02d}{born:%m%y}{number % 9999 + 1:04d}"


def registered_twice(citizens: int) -> int:
    """How many citizens register a second time."""
    return max(5, round(citizens * REGISTERED_TWICE))


# As somebody else writes it: the first that is in the name.
SPELT = (
    ("Muhammad", "Moh."),
    ("Ahmad", "Achmad"),
    ("Siti", "St."),
    ("j", "dj"),
    ("u", "oe"),
    ("y", "j"),
    ("i", "y"),
)


def respelled(name: str) -> str:
    """The name in another spelling, or with a degree."""
    return next((name.replace(*change, 1) for change in SPELT if change[0] in name), f"{name}, SE")


def mistyped(number: str, slip: int) -> str:
    """A NIK with a slip of the pen in its serial: 1 another last digit, 2 two unequal neighbours swapped (or else 1)."""
    serial = number[-4:]
    for place in range(3):
        if slip == 2 and serial[place] != serial[place + 1]:
            return number[:-4] + serial[:place] + serial[place + 1] + serial[place] + serial[place + 2 :]
    last = "123456789"[int(serial[-1]) % 9]
    return number[:-1] + (last if last != serial[-1] else "5")


def pick(r: Random, weighted: tuple[tuple[str, float], ...]) -> str:
    at = r.random()
    for value, share in weighted:
        at -= share
        if at < 0:
            return value
    return weighted[-1][0]


def answers(r: Random, ability: float, difficulties: tuple[float, ...]) -> tuple[bool, ...]:
    """Right or wrong on each item, by the Rasch model. Source: Rasch (1960)."""
    return tuple(r.random() < 1 / (1 + math.exp(b - ability)) for b in difficulties)


def share_of_meetings(r: Random) -> float:
    """How much of a class somebody attends who does not drop out."""
    mean, spread = ATTENDS
    return min(1.0, max(0.0, r.gauss(mean, spread)))


def learned(level: str, attended: float) -> float:
    """Gain in logits at the endline."""
    return LEARNS_ANYWAY + LEARNS[level] * attended


def dice_thrown(seed: int, count: int, faces: int) -> str:
    """The public dice of the simulated ceremony, as called out."""
    r = dice(seed, "city", "beacon")
    return " ".join(str(r.randint(1, faces)) for _ in range(count))
