"""A certificate as a VC-JWT, where the city offers it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ampera import environment
from ampera.apps.certificates import api as certificates
from ampera.apps.certificates.models import Key

from .taught_class import FIRST, SYSTEM, key
from .test_certificates_keys import NOW, issued

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city(settings, monkeypatch):
    settings.DEMO, settings.VC_JWT = False, True
    settings.ORIGIN = "https://ampera.example.go.id"
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def visitor():
    client = Client()
    client.cookies["django_language"] = "en"
    return client


def address(certificate) -> str:
    return reverse("certificates:token", args=[certificate.id])


def word(token: bytes, now=NOW) -> str:
    return certificates.check(token, now=now).verdict


def test_a_certificate_is_saved_as_a_vc_jwt_and_checked_like_its_file(visitor):
    real = issued()
    assert address(real) in visitor.get(f"/sertifikat/{real.id}/").content.decode()
    answer = visitor.get(address(real))
    assert answer["Content-Type"] == "application/vc+jwt" and answer["X-Robots-Tag"] == "noindex"
    assert f"sertifikat-{real.id}.jwt" in answer["Content-Disposition"]
    assert word(answer.content) == "valid"
    upload = {"file": SimpleUploadedFile("vc.jwt", answer.content)}
    page = visitor.post("/periksa/", upload).content.decode()
    assert "This certificate is genuine" in page and json.loads(real.json)["name"] in page
    certificates.revoke(real.id, reason="x", key=key(), by=FIRST, now=NOW)
    assert word(answer.content) == word(visitor.get(address(real)).content) == "revoked"


def test_keys_turn_over_together_and_a_stolen_one_gives_no_more_tokens(visitor):
    real = issued()
    old = Key.objects.get()
    before = visitor.get(address(real)).content
    later = NOW + timedelta(days=2)
    certificates.rotate_keys(demo=False, key=key(), by=SYSTEM, now=later)
    new = Key.objects.get(retired_at=None)
    assert new.es256 != old.es256 and new.es256.startswith("zDn") and bytes(new.es256_sealed)
    assert word(before, later) == "valid", "signed before its key was retired"
    listed = json.dumps(visitor.get("/.well-known/did.json").json())
    assert old.es256 in listed and new.es256 in listed
    certificates.compromise_key(old.multibase, since=NOW.date(), key=key(), by=SYSTEM, now=later)
    assert word(before, later) == "altered"
    assert visitor.get(address(real)).status_code == 404, "another signature must not mend a lost one"


def test_it_is_off_unless_the_city_asks_and_begins_with_its_next_key(visitor, settings):
    settings.VC_JWT = False
    real = issued()
    assert Key.objects.get().es256 == "" and visitor.get(address(real)).status_code == 404
    assert "vc.jwt" not in visitor.get(f"/sertifikat/{real.id}/").content.decode()
    settings.VC_JWT = True
    assert visitor.get(address(real)).status_code == 404, "no page makes a key"
    later = NOW + timedelta(days=1)
    certificates.rotate_keys(demo=False, key=key(), by=SYSTEM, now=later)
    assert word(visitor.get(address(real)).content, later) == "valid"
    with pytest.raises(environment.BadEnvironment, match="AMPERA_VC_JWT"):
        environment.read(
            {
                "AMPERA_VC_JWT": "on",
                "AMPERA_SIGNER": "https://hsm.example",
                "AMPERA_SIGNER_TOKEN": "x" * 32,
            }
        )


def test_a_p256_key_is_kept_whole_or_not_at_all():
    certificates.ensure_keys(by=SYSTEM, now=NOW)
    with pytest.raises(IntegrityError, match="key_p256_is_kept_whole"), transaction.atomic():
        Key.objects.update(es256="")
    with pytest.raises(IntegrityError, match="key_p256_is_kept_whole"), transaction.atomic():
        Key.objects.update(es256_sealed=b"")
