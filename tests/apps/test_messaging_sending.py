"""Messages: each queued once, none with a link, sent through a real https gateway, tried again, given up."""

from __future__ import annotations

import json
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import IntegrityError

from ampera.apps.messaging import api as messaging
from ampera.apps.messaging.adapters import Gateway, NotSent, adapter, screen
from ampera.apps.messaging.delivering import TRIES, wait
from ampera.apps.messaging.models import Outgoing

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def queued(key="k", body="Kode Anda 123456."):
    messaging.send(to="+6281200000001", kind="code", body=body, key=key, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["Buka https://x.id", "Buka WWW.x.id", "http://x"])
def test_no_message_carries_a_link(body):
    with pytest.raises(IntegrityError, match="message_carries_no_link"):
        Outgoing.objects.create(key="k", to="+62", kind="x", body=body, at=NOW)


@pytest.mark.django_db
def test_the_same_key_is_queued_and_sent_once():
    queued(), queued()
    assert messaging.deliver(now=NOW, through=screen) == messaging.Delivered(1, 0, 0)
    assert messaging.deliver(now=NOW, through=screen) == messaging.Delivered(0, 0, 0)
    assert [m.state for m in messaging.latest(to="+6281200000001")] == ["SENT"]


@pytest.mark.django_db
def test_what_did_not_go_is_tried_again_later_and_given_up_in_the_end():
    def deaf(**_):
        raise NotSent("HTTP 503")

    queued()
    now = NOW
    for tries in range(1, TRIES):
        assert messaging.deliver(now=now, through=deaf) == messaging.Delivered(0, 1, 0)
        assert messaging.deliver(now=now, through=screen) == messaging.Delivered(0, 0, 0), (
            "not before its time"
        )
        now += wait(tries)
    assert messaging.deliver(now=now, through=deaf) == messaging.Delivered(0, 0, 1)
    row = Outgoing.objects.get()
    assert (row.state, row.tries, row.fault) == ("FAILED", TRIES, "HTTP 503")


@pytest.mark.django_db
def test_a_message_that_a_dead_worker_had_taken_is_given_back():
    def dies(**_):
        raise KeyboardInterrupt

    queued()
    with pytest.raises(KeyboardInterrupt):
        messaging.deliver(now=NOW, through=dies)
    assert messaging.deliver(now=NOW + timedelta(seconds=20), through=screen).sent == 0
    assert messaging.deliver(now=NOW + timedelta(minutes=2), through=screen).sent == 1


@pytest.mark.django_db
def test_the_oldest_go_first_and_no_more_than_asked():
    for i in range(3):
        queued(key=str(i))
    went = []
    messaging.deliver(now=NOW, limit=2, through=lambda *, to, body, key: went.append(key))
    assert went == ["0", "1"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    start = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("gateway") / "gateway.pem"
    pem = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(pem)
    )
    return path


@pytest.fixture
def gateway(certificate):
    """A gateway on this machine; `.answer` is the status it gives, `.got` what it was sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.got.append((self.path, dict(self.headers), json.loads(body)))
            self.send_response(self.server.answer)
            self.send_header("Location", "http://localhost:9/")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("localhost", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.got, server.answer = [], 202
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    server.trusted = lambda: ssl.create_default_context(cafile=certificate)
    server.at = f"https://city:s%2Fcret@localhost:{server.server_port}/send"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_gateway_gets_address_text_and_key_and_the_password_in_a_header_only(gateway):
    Gateway(gateway.at, gateway.trusted)(to="+62812", body="Kode Anda 1", key="k1")
    path, headers, body = gateway.got[0]
    assert (path, body) == ("/send", {"to": "+62812", "text": "Kode Anda 1", "key": "k1"})
    assert headers["Idempotency-Key"] == "k1"
    assert headers["Authorization"] == "Basic Y2l0eTpzL2NyZXQ="


@pytest.mark.parametrize(
    "status, final", [(500, False), (429, False), (400, True), (404, True), (302, False)]
)
def test_the_gateway_s_no_is_final_only_if_trying_again_cannot_help(gateway, status, final):
    gateway.answer = status
    with pytest.raises(NotSent, match=f"HTTP {status}") as no:
        Gateway(gateway.at, gateway.trusted)(to="+62812", body="x", key="k")
    assert no.value.final is final
    assert len(gateway.got) == 1, "a redirect is not followed"


def test_a_gateway_that_nobody_vouches_for_gets_nothing_and_its_password_is_in_no_fault(gateway):
    with pytest.raises(NotSent) as no:
        Gateway(gateway.at)(to="+62812", body="x", key="k")
    assert gateway.got == [] and "s%2Fcret" not in str(no.value)


def test_only_https_is_a_gateway():
    assert adapter("screen") is screen
    for name in ("http://x.example", "scren", ""):
        with pytest.raises(ValueError):
            adapter(name)
