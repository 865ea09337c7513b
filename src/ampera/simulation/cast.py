"""Who works in the demo: their numbers, roles and names as shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Worker:
    phone: str
    roles: tuple[str, ...]
    label: str
    place: str | None = None
    partner: int | None = None


CAST = (
    Worker("+6281200000001", ("officer",), "Petugas 1, Dinas Kominfo"),
    Worker("+6281200000002", ("officer",), "Petugas 2, Dinas Kominfo"),
    Worker("+6281200000003", ("inspector",), "Inspektorat Kota"),
    Worker("+6281200000004", ("volunteer",), "Relawan Kelurahan", place="16.71.02.1002"),
    Worker("+6281200000005", ("invigilator",), "Pengawas ujian"),
    Worker("+6281200000006", ("lecturer",), "Dosen universitas mitra", partner=0),
    Worker("+6281200000007", ("mayor",), "Wali Kota"),
)
OFFICER, SECOND, INSPECTOR, VOLUNTEER, INVIGILATOR, LECTURER, MAYOR = CAST
CITIZEN = "+6281200000010"


def local(phone: str) -> str:
    """As people write it: 0812…"""
    return "0" + phone.removeprefix("+62")


def signins() -> list[tuple[str, str]]:
    """(number as written, who) for the start screen."""
    return [(local(CITIZEN), "a citizen (any other number works too)")] + [
        (local(w.phone), w.label) for w in CAST
    ]
