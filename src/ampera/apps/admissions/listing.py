"""The list in the form in which it is drawn from: who stands, what they wish, where they belong, and the locked rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ampera.apps.programme import api as programme
from ampera.cores import allocation

from . import claims
from . import labels as labelling
from .beacon import beacon_of
from .labels import Labels
from .models import Choice
from .standing import Standing


def build(
    round_id: int,
    standing: Iterable[Standing],
    classes: tuple[programme.Class, ...],
    groups: tuple[programme.Group, ...],
) -> tuple[allocation.Problem, Labels]:
    """The draw's problem from those who stand, in public form: receipts and opaque codes only.

    classes: the round's; groups: all of them.
    """
    plan = programme.plan(round_id)
    used = claims.named(classes)
    labels = labelling.make((c.code for c in classes), used, scope=plan.hash)
    code_of = {c.id: labels.klass[c.code] for c in classes}
    standing = list(standing)
    belongs = _groups(round_id, standing, [g for g in groups if g.code in used])
    rankings = _rankings(round_id, code_of)
    named = households(standing) if plan.household_ticket else {}
    applicants = tuple(
        allocation.Applicant(
            receipt=s.receipt,
            groups=tuple(sorted(labels.group[g] for g in belongs[s.application_id])),
            ranking=rankings.get(s.application_id, ()),
            household=labelling.opaque("H", named[s.household], scope=plan.hash)
            if s.household in named
            else "",
        )
        for s in standing
    )
    blocks = tuple(_block(c, b, labels) for c in classes for b in c.blocks)
    return allocation.Problem(applicants, blocks, (), _rule(round_id, plan, labels)), labels


def households(standing: Iterable[Standing]) -> dict[str, str]:
    """Of each household among those who stand, by its random code: the smallest of their receipts.

    What is published goes by it, so that the same applications have the same root.
    """
    named: dict[str, str] = {}
    for s in standing:
        if s.household:
            named[s.household] = min(named.get(s.household, s.receipt), s.receipt)
    return named


def _block(c: programme.Class, b: programme.Block, labels: Labels) -> allocation.Block:
    return allocation.Block(
        klass=labels.klass[c.code],
        block=block_code(b.order),
        seats=b.seats,
        group=labels.group[b.group] if b.group else "",
        order=b.order,
        cap_group=labels.group[b.cap_group] if b.cap_group else "",
        cap=b.cap,
    )


def block_code(order: int) -> str:
    """A block's public name: its place in the order of its class."""
    return f"B{order}"


def _groups(round_id: int, standing: list[Standing], groups: list[programme.Group]) -> dict[int, set[str]]:
    """Which of the groups each application belongs to: by place of living, or by accepted evidence."""
    used = {g.code for g in groups}
    accepted = claims.accepted_groups(round_id)
    return {
        s.application_id: {
            *claims.groups_at(s.kelurahan, groups),
            *(accepted.get(s.application_id, frozenset()) & used),
        }
        for s in standing
    }


def _rankings(round_id: int, code_of: dict[int, str]) -> dict[int, tuple[str, ...]]:
    rows = Choice.objects.filter(application__round=round_id).order_by("application_id", "position")
    found: dict[int, list[str]] = defaultdict(list)
    for application_id, class_id in rows.values_list("application_id", "klass_id"):
        found[application_id].append(code_of[class_id])
    return {application_id: tuple(ranking) for application_id, ranking in found.items()}


def _rule(round_id: int, plan: programme.Plan, labels: Labels) -> allocation.Rule:
    round_ = programme.round_(round_id)
    return allocation.Rule.write(
        tie_break=plan.tie_break,
        reversion=plan.reversion,
        horizon=plan.horizon,
        beacon=beacon_of(plan),
        about={
            "agreement": round_.agreement_slug,
            "round": str(round_.number),
            "plan": plan.hash,
            "labels": labels.hash,
        },
    )
