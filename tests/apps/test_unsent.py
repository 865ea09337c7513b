"""Signed out, or too long on a page, in the middle of a form: what was typed is sent after all, by one tap."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ampera.apps.people import unsent

from .test_people_pages import PHONE, newest_code, signed_in
from .test_people_pages import city as city

pytestmark = pytest.mark.django_db
TYPED = {"name": "Siti <Aminah> & Co", "nik": ""}


def form_of(client: Client) -> str:
    """The address of the page with a new form's name."""
    page = client.get("/orang/baru/")
    key = re.search(r'name="key" value="([^"]+)"', page.content.decode())[1]
    return client.post("/orang/baru/", {"key": key}).url


def sign_in_again(client: Client, asked: str):
    onward = client.post(asked, {"phone": PHONE}).url
    return client.post(onward, {"code": newest_code()})


def fields(response) -> dict[str, str]:
    text = response.content.decode().partition('<form class="form"')[2].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text)
    return {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def signed_out_while_typing() -> tuple[Client, str, str]:
    client = signed_in()
    where = form_of(client)
    del client.cookies["sessionid"]
    answer = client.post(where, TYPED)
    assert answer.status_code == 302 and answer.url == "/masuk/?next=/kirim/"
    return client, where, answer.url


def test_what_was_typed_when_the_session_was_over_is_sent_after_the_sign_in():
    client, where, asked = signed_out_while_typing()
    assert client.get("/kirim/").url == asked, "not shown to whoever isn't signed in"
    done = sign_in_again(client, asked)
    assert done.url == "/kirim/"
    page = client.get("/kirim/")
    assert f'action="{where}"' in page.content.decode() and fields(page) == TYPED
    assert fields(client.get("/kirim/")) == TYPED, "a page lost on the way can be loaded again"
    sent = client.post(where, fields(page))
    assert html.escape(TYPED["name"]) in sent.content.decode()
    assert client.get("/kirim/").url == "/saya/", "once sent it is forgotten"


def test_what_was_typed_is_kept_for_half_an_hour(monkeypatch):
    client, _where, asked = signed_out_while_typing()
    sign_in_again(client, asked)
    later = timezone.now() + unsent.LASTS + timedelta(seconds=1)
    monkeypatch.setattr(unsent.timezone, "now", lambda: later)
    assert client.get("/kirim/").url == "/saya/"
    assert isinstance(later, datetime)


def test_a_page_still_asks_who_sends(client):
    answer = client.post("/kantor/pencalonan/", {"key": "x", "agency": "Dinas"})
    assert sign_in_again(client, answer.url).url == "/kirim/"
    assert client.post("/kantor/pencalonan/", fields(client.get("/kirim/"))).status_code == 404


def test_what_is_too_long_to_keep_leads_back_to_its_page():
    answer = Client().post("/kantor/pencalonan/", {"text": "x" * (unsent.LARGEST + 1)})
    assert answer.url == "/masuk/?next=/kantor/pencalonan/"


def test_a_page_that_was_open_too_long_is_sent_again_but_never_from_elsewhere():
    client = Client(enforce_csrf_checks=True)
    here = client.post("/privasi/", TYPED, headers={"origin": "http://testserver"})
    assert here.status_code == 403 and fields(here) == TYPED and 'action="/privasi/"' in here.content.decode()
    for origin in ("https://evil.example", "null", ""):
        away = client.post("/privasi/", TYPED, headers={"origin": origin} if origin else {})
        assert away.status_code == 403 and not fields(away)
