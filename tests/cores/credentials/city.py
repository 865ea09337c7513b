"""A city that issues certificates: its key, its DID document, its two status lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ampera.cores.credentials import form, keys, proof, status, template, verdict
from ampera.cores.credentials.form import Achievement, Evidence, Issuer, Outcome, Result, StatusEntry

DAY = timedelta(days=1)
ISSUED = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ENDS = datetime(2029, 3, 2, 1, 0, tzinfo=UTC)
NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
ID = "urn:uuid:0b6f1c9e-6d0f-4a53-9c26-2f2f2d1c7a01"
SUBJECT = "urn:uuid:5d0c0f4a-77a1-4a0e-8f0e-0d6e5a0b9c02"
LISTS = (
    ("https://kota.example/status/1", "revocation"),
    ("https://kota.example/status/1/suspensions", "suspension"),
)

KEY = keys.Key(bytes(range(32)))
ACHIEVEMENT = Achievement(
    id="https://kota.example/capaian/dasar",
    name="Kecakapan digital dasar",
    description="Mencari, menilai dan memakai informasi digital.",
    criteria='Lulus ujian yang diawasi; "dasar" berarti tingkat 1–2, 100% tatap muka.',
    level=2,
    outcomes=(
        Outcome(
            "LO1.1.01", "Acknowledge the benefits of different search tools.", "https://kota.example/lo/1"
        ),
        Outcome("LO1.1.02", "Recognise that results depend\non the tool.", "https://kota.example/lo/2"),
    ),
)


@dataclass(frozen=True)
class City:
    """An issuer with everything that a verifier needs to know of it."""

    did: str = "did:web:kota.example"
    key: keys.Key = KEY
    achievement: Achievement = ACHIEVEMENT
    evidence: tuple[Evidence, ...] = (Evidence("Ujian", "KTP dilihat oleh pengawas, Palembang."),)

    @property
    def issuer(self) -> Issuer:
        return Issuer(self.did, "Pemerintah Kota", "https://kota.example/")

    @property
    def signer(self) -> keys.Signer:
        return self.key.signer(self.did)

    def credential(self, **changes: Any) -> dict[str, Any]:
        said: dict[str, Any] = {
            "id": ID,
            "issuer": self.issuer,
            "achievement": self.achievement,
            "holder_name": "Siti Aminah",
            "subject_id": SUBJECT,
            "issued": ISSUED,
            "valid_until": ENDS,
            "status": [StatusEntry(url, 7, purpose) for url, purpose in LISTS],
            "result": Result(2, 0.42, 0.31),
            "evidence": self.evidence,
        }
        return form.credential(**said | changes)

    def signed(self, **changes: Any) -> dict[str, Any]:
        made = proof.sign(self.credential(**changes), signer=self.signer, created=ISSUED)
        return made | {"proof": [made["proof"]]}

    def frame(self, **changes: Any) -> form.Frame:
        said: dict[str, Any] = {
            "issuer": self.issuer,
            "achievement": self.achievement,
            "issued": ISSUED,
            "valid_until": ENDS,
            "lists": LISTS,
            "evidence": self.evidence,
        }
        return form.Frame(**said | changes)

    def template(self, **changes: Any) -> template.Template:
        return template.prepare(self.frame(**changes), signer=self.signer, created=ISSUED)

    def status_lists(self, *, issued: datetime = NOW - DAY, **marked: set[int]) -> dict[str, Any]:
        return {
            url: status.status_list(
                url=url,
                purpose=purpose,
                marked=marked.get(purpose, set()),
                signer=self.signer,
                issued=issued,
                valid_until=issued + 7 * DAY,
            )
            for url, purpose in LISTS
        }

    def documents(self, **ends: datetime) -> dict[str, Any]:
        return {self.did: keys.did_document(self.did, [keys.PublishedKey(self.key.public, **ends)])}

    def judge(self, data: Any, **changes: Any) -> verdict.Verdict:
        at_hand: dict[str, Any] = {
            "now": NOW,
            "issuers": self.documents(),
            "trusted": frozenset({self.did}),
        }
        if "status_lists" not in changes:
            at_hand["status_lists"] = self.status_lists()
        return verdict.verify(data, **at_hand | changes)
