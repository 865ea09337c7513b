"""What a certificate is worth: one word, as of when, and what was checked. Nothing is fetched, nothing raises.

  altered       what the file says is not what an issuer signed
  undetermined  it can't be decided with what is at hand
  revoked, suspended, expired
  foreign       sound, but not by an issuer that we know (or only a sample)
  valid         all of it holds, as of the date of the status list

In that order: the first that applies is the verdict. Without a dated status list nothing is ever valid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from ampera.cores.credentials import jwt, proof, status, template
from ampera.cores.credentials.canonical import canonicalise
from ampera.cores.credentials.contexts import PINS, VC1, VC2
from ampera.cores.credentials.datamodel import window
from ampera.cores.credentials.document import Json, as_list, id_of, parse, stamp
from ampera.cores.credentials.faults import Altered, Fault, Undetermined
from ampera.cores.credentials.form import SAMPLE
from ampera.cores.credentials.issuers import Reader, ed25519, key_of
from ampera.cores.credentials.keys import is_demo

Word = Literal["valid", "revoked", "suspended", "expired", "foreign", "altered", "undetermined"]

CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True)
class Verdict:
    """verdict: one of seven words. as_of: date of the (oldest) status list looked at, if one was.

    checked: what held, in order, out of form, proof, key, signature, dates, status, issuer. reason: one English
    sentence. code: its stable slug, for whoever translates.
    """

    verdict: Word
    as_of: datetime | None
    checked: tuple[str, ...]
    reason: str
    code: str

    def as_json(self) -> Json:
        """As the command line prints it."""
        return {
            "verdict": self.verdict,
            "as_of": stamp(self.as_of) if self.as_of else None,
            "checked": list(self.checked),
            "reason": self.reason,
        }


@dataclass(frozen=True)
class _Material:
    """What is at hand to check with, and the time."""

    now: datetime
    issuers: Mapping[str, Any]
    status_lists: Mapping[str, Any]
    contexts: Mapping[str, Any]


@dataclass
class _Course:
    """How far a check got."""

    checked: list[str] = field(default_factory=list)
    as_of: datetime | None = None

    def ends(self, verdict: str, code: str, reason: str) -> Verdict:
        return Verdict(cast(Word, verdict), self.as_of, tuple(self.checked), reason, code)


def verify(
    data: bytes | Mapping[str, Any],
    *,
    now: datetime,
    issuers: Mapping[str, Any] | None = None,
    status_lists: Mapping[str, Any] | None = None,
    trusted: frozenset[str] = frozenset(),
    allow_samples: bool = False,
    contexts: Mapping[str, Any] | None = None,
) -> Verdict:
    """Judge a signed credential, given as JSON bytes, as a dict, or as the bytes of a VC-JWT.

    issuers: issuer id → DID document (a did:key needs none). status_lists: URL → status list credential.
    trusted: the issuers that we know. allow_samples: whether a sample (demo issuer, or CONTOH in its name) may
    be valid, as on a demonstration site. contexts: URL → JSON-LD context beside those that we ship.
    Whatever `data` holds, this returns a Verdict. Raises ValueError only for a `now` without time zone.
    """
    if now.utcoffset() is None:
        raise ValueError("now needs a time zone")
    at_hand = _Material(now, issuers or {}, status_lists or {}, contexts or {})
    course = _Course()
    try:
        credential = _sound(data, at_hand, course)
        return _standing(credential, at_hand, course, trusted=trusted, allow_samples=allow_samples)
    except Fault as fault:
        return course.ends(fault.verdict, fault.code, fault.reason)


def unopened(fault: Fault) -> Verdict:
    """The verdict on a carrier out of which no certificate could be had."""
    return _Course().ends(fault.verdict, fault.code, fault.reason)


def _sound(data: bytes | Mapping[str, Any], at_hand: _Material, course: _Course) -> Json:
    """The credential, if its form holds and its issuer signed it. Raises Fault otherwise."""
    if isinstance(data, bytes) and jwt.is_token(data):
        credential, sealed, public_of = _taken_from_token(data, at_hand, course)
    else:
        credential, sealed, public_of = _taken_from_json(data, at_hand, course)
    key = key_of(id_of(credential["issuer"]) or "", sealed.method, at_hand.issuers, public_of=public_of)
    course.checked.append("key")
    if not sealed.holds(key.public):
        raise Altered("bad_signature", "The signature does not fit: something was changed after signing.")
    course.checked.append("signature")
    ends = [end for end in (key.expires, key.revoked) if end]
    if ends and (sealed.created is None or sealed.created >= min(ends)):
        raise Altered("key_ended", "The signature was made with a key that the issuer had retired.")
    if sealed.created and sealed.created > at_hand.now + CLOCK_SKEW:
        raise Undetermined("not_yet", "The signature bears a date in the future.")
    if sealed.expires and sealed.expires <= at_hand.now:
        raise Undetermined(
            "proof_expired", "The signature itself was to be relied on only until an earlier date."
        )
    return credential


def _taken_from_json(
    data: bytes | Mapping[str, Any], at_hand: _Material, course: _Course
) -> tuple[Json, proof.Sealed, Reader]:
    credential = parse(data)
    _check_form(credential)
    course.checked.append("form")
    sealed = proof.take_apart(credential, contexts=at_hand.contexts, quick=template.message)
    course.checked.append("proof")
    return credential, sealed, ed25519


def _taken_from_token(data: bytes, at_hand: _Material, course: _Course) -> tuple[Json, proof.Sealed, Reader]:
    credential, sealed = jwt.take_apart(data)
    _check_form(credential)
    course.checked.append("form")
    canonicalise(
        credential, contexts=at_hand.contexts
    )  # a token covers any word: those undefined are refused too
    course.checked.append("proof")
    return credential, sealed, jwt.public_of


def _check_form(credential: Json) -> None:
    """Raises Fault unless this is a credential with the parts that every one has."""
    base = (as_list(credential.get("@context")) or [None])[0]
    if base not in (VC1, VC2) or "VerifiableCredential" not in as_list(credential.get("type")):
        raise Undetermined("not_a_credential", "This JSON document is not a verifiable credential.")
    if not id_of(credential.get("issuer")):
        raise Altered("no_issuer", "The credential does not say who issued it.")
    if not as_list(credential.get("credentialSubject")):
        raise Altered("no_subject", "The credential does not say whom it is about.")
    begins, ends = window(credential)
    if begins and ends and ends <= begins:
        raise Altered("bad_date", "The credential ends before it begins.")


def _standing(
    credential: Json, at_hand: _Material, course: _Course, *, trusted: frozenset[str], allow_samples: bool
) -> Verdict:
    """The verdict on a sound credential."""
    begins, ends = window(credential)
    marks, gap = _status(credential, at_hand, course)
    if "revocation" in marks:
        return course.ends("revoked", "revoked", "The issuer has revoked this certificate.")
    if "suspension" in marks:
        return course.ends("suspended", "suspended", "The issuer has suspended this certificate for now.")
    if ends and ends <= at_hand.now:
        return course.ends("expired", "expired", f"It was valid until {stamp(ends)}.")
    if begins and begins > at_hand.now + CLOCK_SKEW:
        raise Undetermined("not_yet", f"It is valid only from {stamp(begins)}.")
    course.checked.append("dates")
    issuer = id_of(credential["issuer"]) or ""
    if not allow_samples and (is_demo(issuer) or SAMPLE in str(credential.get("name"))):
        return course.ends("foreign", "sample", "This is a sample (CONTOH), not a certificate.")
    if issuer not in trusted:
        return course.ends(
            "foreign", "issuer_unknown", f"The signature holds, but {issuer} is no issuer that we know."
        )
    course.checked.append("issuer")
    if not all(url in PINS for url in as_list(credential["@context"])):
        raise Undetermined(
            "foreign_context", "Its words are defined by a context that does not come with Ampera."
        )
    if gap:
        raise gap
    return course.ends("valid", "valid", "It is genuine, and stood when the status list was made.")


def _status(credential: Json, at_hand: _Material, course: _Course) -> tuple[set[str], Fault | None]:
    """The purposes under which it is marked, and what could not be looked up.

    A gap is only raised by the caller when nothing worse is known.
    """
    entries = as_list(credential.get("credentialStatus"))
    marks: set[str] = set()
    gap: Fault | None = None
    if not entries:
        return marks, Undetermined(
            "no_status", "It names no status list, so nobody can say whether it still stands."
        )
    for entry in [*entries, *_beside(entries, at_hand)]:
        try:
            purpose, marked, dated = _looked_up(entry, id_of(credential["issuer"]) or "", at_hand)
        except Fault as fault:
            gap = gap or Undetermined(fault.code, fault.reason)
            continue
        marks |= {purpose} if marked else set()
        course.as_of = min(course.as_of or dated, dated)
    if gap is None:
        course.checked.append("status")
    return marks, gap


def _beside(entries: list[Any], at_hand: _Material) -> list[Json]:
    """The same places on the lists of suspensions that stand beside those of revocations, where they are at hand."""
    named = [e for e in entries if isinstance(e, dict) and e.get("statusPurpose") == "revocation"]
    urls = [(e, status.beside(str(e.get("statusListCredential")))) for e in named]
    return [
        e | {"statusPurpose": "suspension", "statusListCredential": url}
        for e, url in urls
        if url in at_hand.status_lists
    ]


def _looked_up(entry: Any, issuer: str, at_hand: _Material) -> tuple[str, bool, datetime]:
    """One entry: its purpose, whether it is marked, and the date of the list that says so. Raises Fault."""
    if not isinstance(entry, dict) or "BitstringStatusListEntry" not in as_list(entry.get("type")):
        raise Undetermined("unknown_status", "Its status is kept in a way that we don't check.")
    purpose, url, size = (
        entry.get("statusPurpose"),
        entry.get("statusListCredential"),
        entry.get("statusSize", 1),
    )
    place = str(entry.get("statusListIndex"))
    if (
        purpose not in status.PURPOSES
        or size != 1
        or not (place.isascii() and place.isdigit())
        or len(place) > 10
    ):
        raise Undetermined("bad_status_entry", "Its status entry is one that we can't read.")
    if not isinstance(url, str) or url not in at_hand.status_lists:
        raise Undetermined("status_list_missing", f"The status list {url} is not at hand.")
    listed = _sound(at_hand.status_lists[url], at_hand, _Course())
    begins, ends = window(listed)
    subject = as_list(listed["credentialSubject"])[0]
    if (
        listed.get("id") != url
        or "BitstringStatusListCredential" not in as_list(listed["type"])
        or id_of(listed["issuer"]) != issuer
        or not isinstance(subject, dict)
        or purpose not in as_list(subject.get("statusPurpose"))
        or begins is None
    ):
        raise Undetermined("wrong_status_list", "The status list at hand is not this issuer's list for it.")
    if begins > at_hand.now + CLOCK_SKEW or (ends and ends <= at_hand.now):
        raise Undetermined(
            "stale_status_list", f"The status list at hand, of {stamp(begins)}, is out of date."
        )
    return str(purpose), status.is_marked(status.decode(subject.get("encodedList")), int(place)), begins
