"""From a programme file into the tables, once per agreement and round number."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.content import programme as files
from ampera.content.plan import Block as OpenBlock
from ampera.content.plan import Class, Moment, Programme, Thresholds
from ampera.content.tables import Words
from ampera.cores.evaluation import power

from . import models
from .plans import beacon_round
from .refusals import PlanIsLocked

NOTICE_DAYS = (
    14  # from loading to opening, if no day is given: the plan has to be read, proposed and confirmed
)


@transaction.atomic
def load(
    path_or_name: str | Path,
    *,
    by: str,
    now: datetime,
    opens_at: datetime | None = None,
    simulated: bool = False,
    scale_seats: int | None = None,
    number: int | None = None,
) -> int:
    """Put a programme file into the tables; gives the round's id. The same file twice changes nothing.

    A draft is replaced by a changed file. opens_at: registration opens on its local day, by default two weeks from
    now. scale_seats: a smaller town of about that many seats, see `scaled`. number: the file's plan once more, as a
    further round of the same agreement.
    Raises content.programme.BadProgramme; PlanIsLocked if the file would change what is locked; ValueError if
    scale_seats is outside 1 … the round's seats.
    """
    programme = files.load(path_or_name)
    file_hash = _hash(path_or_name)
    if scale_seats is not None:
        programme = scaled(programme, scale_seats)
    if number not in (None, programme.round.number):
        title = Words(id=f"Putaran {number}", en=f"Round {number}")
        programme = replace(programme, round=replace(programme.round, number=number, title=title))
    existing = models.Round.objects.filter(
        agreement__slug=programme.agreement.slug, number=programme.round.number
    ).first()
    if existing and existing.plan.file_hash == file_hash:
        return existing.pk
    if existing and existing.plan.locked_at:
        raise PlanIsLocked(number=existing.number)
    zone = ZoneInfo(programme.agreement.timezone)
    opening = (opens_at or now + timedelta(days=NOTICE_DAYS)).astimezone(zone).date()
    _places(programme)
    _audiences(programme)
    _groups(programme)
    agreement = _agreement(programme, file_hash)
    if existing:
        _clear(existing)
    row = _round(programme, agreement, existing, simulated)
    _plan(programme, row, opening, file_hash)
    _classes(programme, row)
    audit.record(
        "round.loaded", about=f"round:{row.pk}", by=by, at=now, file=file_hash, seats=programme.round.seats
    )
    return row.pk


def scaled(programme: Programme, seats: int) -> Programme:
    """The programme for a smaller town, whose endline can still tell what its rule asks.

    At most horizon × drawn seats can be inside, so no more are sampled per arm; and a threshold below the least
    effect that so few can show is raised to it, up to the next hundredth.
    """
    small = programme.scaled(seats)
    drawn = sum(c.seats for c in small.classes if c.audience is None)
    per_arm = min(small.round.analysis.sample_per_arm, int(Decimal(small.round.horizon) * drawn))
    rule = small.round.thresholds
    least = power.mde(n_inside=per_arm, n_outside=per_arm, alpha=float(rule.alpha), power=float(rule.power))
    threshold = max(rule.renew_sd, Decimal(math.ceil(least * 100)) / 100)
    return replace(
        small,
        round=replace(
            small.round,
            analysis=replace(small.round.analysis, sample_per_arm=per_arm),
            thresholds=Thresholds(renew_sd=threshold, alpha=rule.alpha, power=rule.power),
        ),
    )


def _hash(path_or_name: str | Path) -> str:
    text = str(path_or_name)
    path = Path(text) if text.endswith(".toml") else files.FOLDER / f"{text}.toml"
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _places(programme: Programme) -> None:
    """Places are added and renamed, never removed: addresses point at them. Parents come first."""
    rows = sorted(programme.places, key=lambda place: place.code.count("."))
    known = {place.code for place in rows}
    for depth in sorted({place.code.count(".") for place in rows}):
        models.Place.objects.bulk_create(
            [
                models.Place(
                    code=p.code, kind=p.level, name=p.name, parent_id=p.parent if p.parent in known else None
                )
                for p in rows
                if p.code.count(".") == depth
            ],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["kind", "name", "parent"],
        )


def _audiences(programme: Programme) -> None:
    for position, audience in enumerate(programme.audiences):
        models.Audience.objects.update_or_create(
            code=audience.code,
            defaults={
                "name_id": audience.name.id,
                "name_en": audience.name.en,
                "nominated": audience.nominated,
                "position": position,
            },
        )


def _groups(programme: Programme) -> None:
    """A group that a locked plan reserves seats for keeps its evidence and places. Raises PlanIsLocked."""
    for group in programme.groups:
        wanted = {
            "name_id": group.name.id,
            "name_en": group.name.en,
            "evidence_id": group.evidence.id,
            "evidence_en": group.evidence.en,
            "checker": group.checker,
        }
        row, created = models.Group.objects.get_or_create(code=group.code, defaults=wanted)
        same = all(getattr(row, field) == value for field, value in wanted.items())
        same_places = set(row.places.values_list("code", flat=True)) == set(group.places)
        if not created and same and same_places:
            continue
        blocks = models.Block.objects.filter(group=row) | models.Block.objects.filter(cap_group=row)
        locked = blocks.filter(klass__round__plan__locked_at__isnull=False).first()
        if locked:
            raise PlanIsLocked(number=locked.klass.round.number)
        models.Group.objects.filter(pk=row.pk).update(**wanted)
        row.places.set(group.places)  # type: ignore[arg-type]  # the stub takes every key for a whole number


def _agreement(programme: Programme, file_hash: str) -> models.Agreement:
    """The agreement with its parties, commitments and partners; kept as it is once any round of it is locked."""
    said = programme.agreement
    facts = {
        "title_id": said.title.id,
        "title_en": said.title.en,
        "signed_on": said.signed_on,
        "seats": said.seats,
        "summary_id": said.summary.id,
        "summary_en": said.summary.en,
        "sources": "\n".join(said.sources),
        "file_hash": file_hash,
    }
    row, created = models.Agreement.objects.get_or_create(slug=said.slug, defaults=facts)
    if not created:
        locked = row.rounds.filter(plan__locked_at__isnull=False).first()
        if locked and not _promises_the_same(row, programme):
            raise PlanIsLocked(number=locked.number)
        if locked:
            return row
        models.Agreement.objects.filter(pk=row.pk).update(**facts)
    row.parties.all().delete()
    models.Party.objects.bulk_create(models.Party(agreement=row, name=name, role="") for name in said.parties)
    row.commitments.all().delete()
    models.Commitment.objects.bulk_create(
        models.Commitment(
            agreement=row, level=c.level, audience_id=c.audience, seats=c.seats, **_assumption(c.reason)
        )
        for c in programme.commitments
    )
    for partner in programme.partners:
        models.Partner.objects.update_or_create(
            code=partner.code,
            defaults={"agreement": row, "name": partner.name, **_assumption(partner.reason)},
        )
    return row


def _promises_the_same(row: models.Agreement, programme: Programme) -> bool:
    held = set(row.commitments.values_list("level", "audience", "seats", "assumed"))
    filed = {(c.level, c.audience, c.seats, c.assumed) for c in programme.commitments}
    return held == filed and row.seats == programme.agreement.seats


def _assumption(reason: Words | None) -> dict[str, object]:
    return {
        "assumed": reason is not None,
        "reason": reason.id if reason else "",
        "reason_en": reason.en if reason else "",
    }


def _clear(row: models.Round) -> None:
    """Take an unlocked draft's plan away, for the changed file's. The triggers refuse it for a locked one."""
    models.Block.objects.filter(klass__round=row).delete()
    models.Class.objects.filter(round=row).delete()
    models.GradeWeight.objects.filter(plan__round=row).delete()
    models.Plan.objects.filter(round=row).delete()


def _round(
    programme: Programme, agreement: models.Agreement, existing: models.Round | None, simulated: bool
) -> models.Round:
    said = programme.round
    row = existing or models.Round(agreement=agreement, number=said.number)
    row.title_id, row.title_en, row.simulated = said.title.id, said.title.en, simulated
    row.assumed_because_id = said.reason.id if said.reason else ""
    row.assumed_because_en = said.reason.en if said.reason else ""
    row.save()
    return row


def _plan(programme: Programme, row: models.Round, opening: date, file_hash: str) -> None:
    said, zone = programme.round, programme.agreement.timezone
    window, beacon, rule = said.window, said.beacon, said.thresholds

    def at(moment: Moment) -> datetime:
        return moment.on(opening, zone)

    plan = models.Plan.objects.create(
        round=row,
        opens_at=at(window.registration_opens),
        closes_at=at(window.registration_closes),
        provisional_at=at(window.provisional_list),
        objections_until=at(window.objections_close),
        freeze_at=at(window.freeze),
        draw_at=at(window.beacon),
        accept_hours=window.accept_hours,
        waves=window.waves,
        classes_start_on=at(window.classes_start).date(),
        exam_on=at(window.exam_opens).date(),
        exam_until=at(window.exam_closes).date(),
        endline_from=at(window.endline_opens).date(),
        endline_until=at(window.endline_closes).date(),
        min_age=said.min_age,
        guardian_below=said.guardian_below,
        horizon=said.horizon,
        tie_break=said.tie_break,
        reversion=said.reversion,
        household_ticket=said.household_ticket,
        replays=said.replays,
        beacon_kind=beacon.kind,
        beacon_count=beacon.count,
        beacon_faces=beacon.faces,
        beacon_witnesses="\n".join(role.id for role in beacon.witnesses),
        beacon_round=beacon_round(at(window.beacon)) if beacon.kind == "drand" else None,
        beacon_sources="\n".join(source.id for source in beacon.sources),
        beacon_outage=beacon.outage.id,
        endline_per_arm=said.analysis.sample_per_arm,
        threshold=rule.renew_sd,
        alpha=rule.alpha,
        power=rule.power,
        analysis=_analysis(programme),
        attendance_share=said.minimum_attendance,
        file_hash=file_hash,
    )
    models.GradeWeight.objects.bulk_create(
        models.GradeWeight(plan=plan, code=g.code, name_id=g.name.id, name_en=g.name.en, weight=g.weight)
        for g in said.grades
    )


def _analysis(programme: Programme) -> str:
    said = programme.round.analysis
    return json.dumps(
        {
            "estimand_id": said.estimand.id,
            "estimand_en": said.estimand.en,
            "outcome": said.outcome,
            "score": said.score,
            "methods": list(said.methods),
        },
        ensure_ascii=False,
        indent=1,
    )


def _classes(programme: Programme, row: models.Round) -> None:
    """Classes and their blocks; a class of nominated people, which the file gives none, is one open block."""
    city = next(place.code for place in programme.places if place.level == "city")
    partners = dict(models.Partner.objects.values_list("code", "pk"))
    made = models.Class.objects.bulk_create(_class(c, row, city, partners) for c in programme.classes)
    ids = dict(models.Class.objects.filter(round=row).values_list("code", "pk")) if made else {}
    models.Block.objects.bulk_create(
        models.Block(
            klass_id=ids[c.code],
            code=f"{c.code}-{b.order}",
            order=b.order,
            seats=b.seats,
            group_id=b.group,
            cap_group_id=b.cap_group,
            cap=b.cap,
        )
        for c in programme.classes
        for b in c.blocks or (OpenBlock(order=1, group=None, seats=c.seats, cap_group=None, cap=None),)
    )


def _class(c: Class, row: models.Round, city: str, partners: dict[str, int]) -> models.Class:
    return models.Class(
        round=row,
        code=c.code,
        level=c.level,
        audience_id=c.audience,
        partner_id=partners[c.partner] if c.partner else None,
        place_id=c.place or city,
        room=f"{c.venue}, {c.room}",
        mode=c.mode,
        days=",".join(c.days),
        starts_at=c.starts,
        ends_at=c.ends,
        meetings=c.meetings,
        hours=c.jp,
        seats=c.seats,
    )
