"""Certificates beside their peers, signed, checked, put on paper and stored: `python -m benchmarks.credentials [COUNT]`.

One thread, in processor time, the best of several rounds; the peers are measured in the same run, on certificates of the
same size, so that ratios count. @digitalbazaar/vc needs node 20 and `npm ci` in tests/peers; without it its rows are left out.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

COUNT, ROUNDS = 1_000, 5
PEERS = Path(__file__).parents[1] / "tests" / "peers"
SITE = "https://sertifikat.palembang.go.id"
DID = "did:web:sertifikat.palembang.go.id"
LIST = f"{SITE}/status/1"
BEGUN, NOW = datetime(2027, 7, 1, tzinfo=UTC), datetime(2027, 8, 1, tzinfo=UTC)

Works = Mapping[str, tuple[Callable[[Any], object], Iterable[Any]]]

# (what of ours, beside what, times as many at least)
RATIOS = (
    ("issue", "@digitalbazaar/vc: issue", 25),
    ("issue, each held against the schema", "@digitalbazaar/vc: issue", 25),
    ("issue", "pyld + cryptography: issue", 30),
    ("issue", "cryptography: sign", 0.3),
    ("verify our own, status aside", "@digitalbazaar/vc: verify", 10),
)
TARGETS = {"PDF": 40, "status list encoded, 1 in 100 revoked": 1_000}  # a second, at least


def prepared() -> Any:
    """The template of a batch."""
    from ampera.apps.certificates import wording
    from ampera.cores.credentials import form, keys, template

    frame = form.Frame(
        issuer=form.Issuer(DID, "Pemerintah Kota Palembang", f"{SITE}/"),
        achievement=wording.achievement("dasar", "exam-dasar-1"),
        issued=BEGUN,
        valid_until=BEGUN + timedelta(days=3 * 365),
        lists=((LIST, "revocation"),),
    )
    return template.prepare(frame, signer=keys.Key(bytes(32)).signer(DID), created=frame.issued)


def person(n: int) -> dict[str, Any]:
    from ampera.cores.credentials import form

    return {
        "id": UUID(int=n).urn,
        "subject_id": UUID(int=2**64 + n).urn,
        "holder_name": f"Siti Nurhaliza {chr(65 + n % 26)}{chr(97 + n // 26 % 26)}ra",
        "result": form.Result(2, n % 100 / 50, 0.31),
        "indices": (n,),
    }


def rate(work: Callable[[Any], object], on: Iterable[Any], *, rounds: int = ROUNDS) -> float:
    """How many a second of processor time; the first one, which compiles or fills caches, left out."""
    return rates({"": (work, on)}, rounds=rounds)[""]


def rates(works: Works, *, rounds: int = ROUNDS) -> dict[str, float]:
    """The same for several, taking turns, so that what disturbs one disturbs all."""
    ready = {name: (work, list(on)) for name, (work, on) in works.items()}
    took: dict[str, list[float]] = {name: [] for name in ready}
    for turn in range(rounds + 1):
        for name, (work, on) in ready.items():
            began = time.thread_time()
            for item in on if turn else on[:1]:
                work(item)
            took[name] += [time.thread_time() - began] if turn else []
    return {name: len(on) / min(took[name]) for name, (_work, on) in ready.items()}


def signing(count: int) -> dict[str, float]:
    """Issuing and verifying: ours, bare signatures, and pyld doing the whole of it each time."""
    from ampera.cores.credentials import form, keys, schema, status, verdict
    from ampera.cores.credentials.document import parse

    made, signer = prepared(), keys.Key(bytes(32)).signer(DID)
    documents = [made.issue(**person(n)) for n in range(count)]
    at_hand = {
        "now": NOW,
        "issuers": {DID: keys.did_document(DID, [keys.PublishedKey(keys.Key(bytes(32)).public)])},
    }
    listed = {
        LIST: status.status_list(
            url=LIST,
            purpose="revocation",
            marked={7},
            signer=signer,
            issued=NOW,
            valid_until=NOW + timedelta(days=7),
        )
    }
    assert (
        verdict.verify(documents[0], **at_hand).code == "issuer_unknown"
    )  # sound, but nobody we were told to trust
    unsigned = [form.assemble(form.values(**person(n)), made.frame) for n in range(count // 10)]
    few = documents[: count // 10]
    hashed = [hashlib.sha512(document).digest() for document in documents]
    dice = random.Random(1)
    works: Works = {
        "cryptography: sign": (signer.sign, hashed),
        "issue": (lambda n: made.issue(**person(n)), range(count)),
        "issue, each held against the schema": (
            lambda n: schema.check(parse(made.issue(**person(n)))),
            range(count),
        ),
        "pyld + cryptography: issue": (by_pyld(signer, BEGUN), unsigned),
        "verify our own, status aside": (lambda d: verdict.verify(d, **at_hand), documents),
        "verify our own, status list too": (lambda d: verdict.verify(d, **at_hand, status_lists=listed), few),
        "status list encoded, 1 in 100 revoked": (
            status.encode,
            [dice.sample(range(131_072), 1_310) for _ in range(30)],
        ),
    }
    return rates(works, rounds=3 * ROUNDS)


def by_pyld(signer: Any, created: datetime) -> Callable[[Any], dict[str, Any]]:
    """How one issues with pyld and cryptography alone: contexts at hand and cached, nothing checked."""
    from pyld import jsonld

    from ampera.cores.credentials import contexts, proof

    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": contexts.loader({}),
    }

    def digest(document: Any) -> bytes:
        return hashlib.sha256(jsonld.normalize(document, options).encode()).digest()

    def issue(document: Any) -> dict[str, Any]:
        config = proof.options(method=signer.method, created=created)
        message = digest({"@context": document["@context"], **config}) + digest(document)
        return document | {"proof": config | {"proofValue": proof.proof_value(signer.sign(message))}}

    return issue


def by_vc(count: int) -> dict[str, float]:
    """What @digitalbazaar/vc does of the same, in its own process; nothing if it is not installed."""
    from ampera.cores.credentials import contexts, form

    if not shutil.which("node") or not (PEERS / "node_modules").is_dir():
        print("@digitalbazaar/vc is not installed: npm ci in tests/peers\n", file=sys.stderr)
        return {}
    asked = {
        "web": {url: json.loads(contexts.context_bytes(url)) for url in contexts.PINS},
        # dated so that it is valid by the clock, which it reads
        "credential": form.assemble(form.values(**person(1)), prepared().frame)
        | {"validFrom": "2020-01-01T00:00:00Z", "validUntil": "2100-01-01T00:00:00Z"},
        "rounds": ROUNDS,
        "count": count,
    }
    done = subprocess.run(
        ["node", "speed.mjs"], cwd=PEERS, input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    return {f"@digitalbazaar/vc: {verb}": found for verb, found in json.loads(done.stdout).items()}


def paper(count: int) -> dict[str, float]:
    """On paper and back."""
    from ampera.apps.certificates import codes, paper
    from ampera.cores.credentials import attachment, blank, carrier

    made = prepared()
    documents = [made.issue(**person(n)) for n in range(count)]
    kept, *_ = blank.split(documents[0])
    texts = {document: carrier.pack(document) for document in documents}
    pdfs = [paper.pdf(document.decode()) for document in documents[: count // 6]]
    return {
        "text of the QR code": rate(carrier.pack, documents),
        "QR code as SVG": rate(
            lambda document: codes.svg(codes.code(texts[document])), documents[: count // 3]
        ),
        "certificate from its text": rate(lambda d: carrier.unpack(texts[d], {kept.id: kept}), documents),
        "PDF": rate(lambda document: paper.pdf(document.decode()), documents[: count // 6], rounds=3),
        "certificate from its PDF": rate(attachment.attached, pdfs),
    }


def stored(many: int) -> float:
    """The processor time in which so many people's certificates are issued, stored and announced, each held against the
    schema, and their status list is signed: what confirming a batch does once it is known who has earned one."""
    from django.db import transaction

    from ampera.apps.certificates import issuing, models, statuses

    klass, sittings = examined(many)
    ready = [
        issuing.Candidate(who, person(n)["holder_name"], "ready", sitting)
        for n, (who, sitting) in enumerate(sittings.items())
    ]
    began = time.process_time()
    with transaction.atomic():
        row = models.Batch.objects.create(
            klass_id=klass.id, proposed_by="a", proposed_at=NOW, confirmed_by="b"
        )
        issued = issuing._issue(row, ready, now=NOW)
        models.Credential.objects.bulk_create(issued, batch_size=500)
        issuing._announce(issued, by="b", now=NOW)
    statuses.renew_lists(now=NOW)
    took = time.process_time() - began
    assert models.Credential.objects.count() == many and models.StatusList.objects.exclude(signed="").exists()
    return took


def examined(many: int) -> tuple[Any, dict[int, UUID]]:
    """A class, and the finished exams of so many people with a telephone, by person; in a new database."""
    from ampera.apps.assessment import api as assessment
    from ampera.apps.audit import api as audit
    from ampera.apps.people import api as people
    from ampera.apps.programme import api as programme
    from ampera.cli.django import migrate

    migrate()
    by = audit.system("benchmark")
    assessment.load_bank(by=by, now=BEGUN)
    klass = programme.classes(programme.load("palembang", by=by, now=BEGUN, simulated=True), level="dasar")[0]
    accounts = people.accounts_for([f"+62812{n:08d}" for n in range(many)], verified=True)
    kelurahan = programme.places(kind="kelurahan")[0].code
    asked = [
        people.Registration(
            name=f"Siswa {n}",
            nik=f"1671{n // 9_000 + 1:02d}170590{n % 9_000 + 1:04d}",
            birth_date=date(1990, 5, 17),
            kelurahan=kelurahan,
            notice_at=BEGUN,
            account_id=account,
        )
        for n, account in enumerate(accounts.values())
    ]
    persons = people.register_many(asked, by=by, now=BEGUN)
    session = assessment.open_session(klass.id, "exam-dasar-1", BEGUN, "Ruang 1", by=by, now=BEGUN)
    assessment.present_many(session, persons, by=by, now=BEGUN)
    assessment.start_session(session, key="start", by=by, now=BEGUN)
    sittings = assessment.start_exams(session, persons, by=by, now=BEGUN)
    assessment.finish_many(list(sittings.values()), by=by, now=BEGUN)
    return klass, sittings


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as var:
        os.environ |= {"AMPERA_VAR": var, "AMPERA_DATABASE": "", "DJANGO_SETTINGS_MODULE": "ampera.settings"}
        import django

        django.setup()
        found = signing(count) | by_vc(count // 3) | paper(count)
        print(f"{'':<38} {'a second':>9} {'target':>7}")
        for name, each in found.items():
            print(f"{name:<38} {each:>9,.0f} {TARGETS.get(name, ''):>7}")
        print(f"\n{'':<70} {'times':>6} {'target':>7}")
        for ours, theirs, least in RATIOS:
            if theirs in found:
                print(f"{f'{ours} / {theirs}':<70} {found[ours] / found[theirs]:>6.2f} {least:>7}")
        many = min(10_000, count * 10)
        print(
            f"\n{many:,} certificates issued and stored, their list signed: {stored(many):.1f} s (10,000: 10 s)"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
