"""News going up: who must take part in an orchestrator, and that the addresses lead to it."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import resolve, reverse

from ampera.site import farewell, moved, reunion, summoned, views

APPS = {p.parent.name for p in Path(inspect.getfile(farewell)).parent.parent.glob("apps/*/apps.py")}


@pytest.mark.parametrize("orchestrator", [farewell, reunion])
def test_every_app_takes_part_when_a_person_is_erased_or_merged_or_says_why_not(orchestrator):
    assert set(orchestrator.TAKES_PART) | set(orchestrator.STAYS) == APPS
    assert not set(orchestrator.TAKES_PART) & set(orchestrator.STAYS)
    assert all(orchestrator.STAYS.values())


@pytest.mark.parametrize("orchestrator", [farewell, moved, reunion, summoned])
def test_an_orchestrator_calls_every_app_that_it_says_takes_part(orchestrator):
    text = inspect.getsource(orchestrator).partition("\ndef ")[2]
    assert all(f"{app}." in text for app in orchestrator.TAKES_PART)


def test_no_other_table_keeps_a_name_a_document_or_a_number_of_a_person():
    telling = {"name", "phone", "nik", "evidence", "birth_date", "address", "guardian_name", "to"}
    found = {
        f"{m._meta.app_label}.{m.__name__}"
        for m in apps.get_models()
        if m.__module__.startswith("ampera.apps.") and telling & {f.name for f in m._meta.get_fields()}
    }
    about_no_citizen = {m for m in found if m.startswith(("programme.", "jobs."))} | {"people.Role"}
    assert found - about_no_citizen == {
        "people.Account", "people.Identity", "admissions.ReserveClaim", "messaging.Outgoing",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name, view", [("people:erase", views.erase), ("programme:office_class", views.office_class)]
)
def test_the_address_leads_to_the_orchestrator(name, view):
    assert resolve(reverse(name, args=[1])).func is view


def test_the_page_that_plans_an_exam_is_the_one_that_tells_the_class():
    assert resolve(reverse("assessment:office_plan")).func is views.plan_exam
