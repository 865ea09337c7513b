"""The identity number (NIK) as its sixteen digits say it: PP KK CC, DD MM YY (day + 40 for women), four of a series.

The first six digits name the district that issued it, not where its holder lives now; the birth date in it may be
wrong. So only a number that cannot exist is refused.
Source: Undang-Undang 23/2006 art. 13 and Peraturan Pemerintah 40/2019 art. 39; provinces by Kepmendagri
100.1.1-6117/2022.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from .refusals import NikDate, NikDistrict, NikShape

PROVINCES = frozenset(
    [
        *range(11, 20),
        21,
        *range(31, 37),
        *range(51, 54),
        *range(61, 66),
        *range(71, 77),
        81,
        82,
        *range(91, 97),
    ]
)


@dataclass(frozen=True)
class Nik:
    """A number that can exist. sex: P or L. day, month, year: as written, year of two digits."""

    digits: str
    sex: str
    day: int
    month: int
    year: int

    def agrees_with(self, birth_date: date) -> bool:
        """Whether the number carries this birth date."""
        return (self.day, self.month, self.year) == (birth_date.day, birth_date.month, birth_date.year % 100)


def read(text: str) -> Nik:
    """Read a NIK as people write it: spaces, dots and dashes don't matter.

    Raises NikShape (not sixteen digits), NikDistrict (no such province, district or sub-district), NikDate (no such day).
    """
    digits = "".join(c for c in text if c not in " .-\u00a0")
    if len(digits) != 16 or not (digits.isascii() and digits.isdigit()):
        raise NikShape(digits=len(digits))
    province, district, part = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    if province not in PROVINCES or not district or not part:
        raise NikDistrict()
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    sex, day = ("P", day - 40) if day > 40 else ("L", day)
    # 2000 + year decides on 29 February: of the years 19YY and 20YY that differ as leap years, only 1900 is not one.
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(2000 + year, month)[1]:
        raise NikDate()
    if digits[12:] == "0000":
        raise NikShape(digits=16)
    return Nik(digits=digits, sex=sex, day=day, month=month, year=year)
