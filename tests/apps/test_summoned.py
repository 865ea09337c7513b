"""An exam that is planned is known to those who are to sit it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from ampera.apps.messaging import api as messaging
from ampera.apps.programme import api as programme

from .taught_class import LOADED, key, loaded, seated, signed_in

pytestmark = pytest.mark.django_db


def test_everybody_in_the_class_is_told_when_and_where_once_and_without_a_link():
    klass = programme.classes(loaded(), level="dasar")[0]
    seated(klass, 3)
    before = len(messaging.latest(limit=500))
    typed = {
        "klass": klass.id,
        "form": "exam-dasar-1",
        "day": "2099-05-01",
        "time": "09:00",
        "room": "Aula B",
    }
    text = programme.propose_lock(klass.round_id, key="p", by="account:1", now=LOADED)
    programme.confirm_lock(klass.round_id, text, key="c", by="account:2", now=LOADED)
    for verb in ("open", "close", "freeze", "draw", "teach"):
        programme.move(klass.round_id, verb, by="system:test", now=LOADED)
    officer = signed_in("+628110000001", role="officer")
    for _tap in range(2):
        assert officer.post(reverse("site:plan_exam"), typed | {"key": key()}).status_code == 302
    told = [m for m in messaging.latest(limit=500) if m.kind == "exam"]
    assert len(told) == 3 == len(messaging.latest(limit=500)) - before
    day = datetime(2099, 5, 1, 9, tzinfo=ZoneInfo("Asia/Jakarta"))
    assert day.weekday() == 4 and "Jumat, 1 Mei 2099, pukul 09.00 WIB, Aula B" in told[0].body
    assert "http" not in told[0].body
