"""Reserve claims: “I belong to this group”, shown by a document. Where one lives needs no claim: the address says it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme

from .models import ReserveClaim
from .refusals import ClaimReasonMissing, ClaimsAreFrozen, EvidenceMissing, NoSuchClaim, UnknownGroup

EVIDENCE_MOST = 120
CHECKABLE = {"OPEN", "OBJECTIONS"}


def reserved(round_id: int) -> tuple[programme.Group, ...]:
    """The groups that the plan's drawn blocks name, by code. Four queries."""
    used = named(programme.classes(round_id))
    return tuple(group for group in programme.groups() if group.code in used)


def named(classes: Iterable[programme.Class]) -> set[str]:
    """Codes of the groups that the classes' blocks reserve seats for, or cap."""
    return {code for c in classes for b in c.blocks for code in (b.group, b.cap_group) if code}


def claimable(groups: Iterable[programme.Group]) -> tuple[programme.Group, ...]:
    """Those of the groups that a document shows; the others follow from the address."""
    return tuple(group for group in groups if not group.places)


def groups_at(kelurahan: str, groups: Iterable[programme.Group]) -> tuple[str, ...]:
    """Codes of the groups to which somebody belongs by living in a kelurahan."""
    around = {kelurahan, programme.kecamatan_of(kelurahan)}
    return tuple(group.code for group in groups if around & set(group.places))


def check_claims(claims: Mapping[str, str], groups: Iterable[programme.Group]) -> dict[str, str]:
    """The claims with their evidence tidied. Raises UnknownGroup, EvidenceMissing."""
    offered = {group.code for group in claimable(groups)}
    tidy = {group: " ".join(evidence.split()) for group, evidence in claims.items()}
    for group, evidence in tidy.items():
        if group not in offered:
            raise UnknownGroup()
        if not 0 < len(evidence) <= EVIDENCE_MOST:
            raise EvidenceMissing(most=EVIDENCE_MOST)
    return tidy


def replace_claims(application_id: int, claims: Mapping[str, str]) -> bool:
    """Make these the application's claims; whether anything changed. A claim with a new document is unchecked again."""
    held = dict(ReserveClaim.objects.filter(application=application_id).values_list("group_id", "evidence"))
    if held == dict(claims):
        return False
    stale = [group for group, evidence in held.items() if claims.get(group) != evidence]
    ReserveClaim.objects.filter(application=application_id, group__in=stale).delete()
    ReserveClaim.objects.bulk_create(
        ReserveClaim(application_id=application_id, group_id=group, evidence=evidence)
        for group, evidence in claims.items()
        if held.get(group) != evidence
    )
    return True


def unchecked(round_id: int) -> QuerySet[ReserveClaim]:
    """The claims of sent applications that nobody has looked at."""
    return ReserveClaim.objects.filter(
        application__round=round_id, accepted=None, application__state="SUBMITTED"
    )


@transaction.atomic
def check_claim(
    application_id: int, *, group: str, accepted: bool, because: str = "", key: str, by: str, now: datetime
) -> None:
    """Somebody has looked at the document. A refused claim loses the reserve and keeps the ticket.

    A mistake is put right by checking again, until the freeze. That the checker may is the caller's to check.
    Raises NoSuchClaim, ClaimReasonMissing (refused without one), ClaimsAreFrozen.
    """
    because = " ".join(because.split())[:200]
    with audit.once(key, by=by, payload=[application_id, group, accepted, because], at=now) as first:
        if first.answer:
            return
        claim = (
            ReserveClaim.objects.select_for_update(of=("self",))
            .select_related("application")
            .filter(application=application_id, group=group)
            .first()
        )
        if claim is None:
            raise NoSuchClaim()
        if programme.window(claim.application.round_id).state not in CHECKABLE:
            raise ClaimsAreFrozen()
        if not accepted and not because:
            raise ClaimReasonMissing()
        claim.accepted, claim.because, claim.checked_by, claim.checked_at = accepted, because, by, now
        claim.save(update_fields=["accepted", "because", "checked_by", "checked_at"])
        audit.record(
            "claim.checked",
            about=f"application:{application_id}",
            by=by,
            at=now,
            group=group,
            accepted=accepted,
        )
        first.keep(claim)


@transaction.atomic
def check_claims_many(
    rows: Iterable[tuple[int, str, bool, str]], *, round_id: int, by: str, now: datetime
) -> int:
    """Many checks at once: (application_id, group, accepted, because); how many claims of the round were checked.

    Rows that name no claim are left out. Raises ClaimReasonMissing, ClaimsAreFrozen.
    """
    if programme.window(round_id).state not in CHECKABLE:
        raise ClaimsAreFrozen()
    wanted = {(application, group): (accepted, because) for application, group, accepted, because in rows}
    if any(not accepted and not because for accepted, because in wanted.values()):
        raise ClaimReasonMissing()
    checked = []
    for claim in ReserveClaim.objects.filter(application__round=round_id):
        verdict = wanted.get((claim.application_id, claim.group_id))
        if verdict:
            claim.accepted, claim.because = verdict
            claim.checked_by, claim.checked_at = by, now
            checked.append(claim)
    ReserveClaim.objects.bulk_update(
        checked, ["accepted", "because", "checked_by", "checked_at"], batch_size=500
    )
    audit.record_many(
        [
            (
                "claim.checked",
                f"application:{c.application_id}",
                {"group": c.group_id, "accepted": c.accepted},
            )
            for c in checked
        ],
        by=by,
        at=now,
    )
    return len(checked)


def accepted_groups(round_id: int) -> dict[int, frozenset[str]]:
    """Codes of the groups whose documents were accepted, by application. One query."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = ReserveClaim.objects.filter(application__round=round_id, accepted=True)
    for application, group in rows.values_list("application_id", "group_id"):
        found[application].add(group)
    return {application: frozenset(groups) for application, groups in found.items()}
