"""A VC-API endpoint, so that W3C's test suites can be run against what signs and checks here. Off unless asked for.

It signs whatever it is handed, so never with the city's key: its own is a did:key that stands for nobody and is in no
DID document, and production refuses to start with it. Nothing is stored. Source: W3C CCG, Verifiable Credentials API 1.0.
"""

from __future__ import annotations

import functools
import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from ampera.cores.credentials import exchange, keys, status
from ampera.cores.credentials.document import Json, as_list, parse
from ampera.cores.credentials.faults import Altered, Fault

from . import issuers, statuses
from .refusals import NoSuchList

# the vocabulary in which W3C writes its examples and tests
PEERS_CONTEXTS = {
    "https://www.w3.org/ns/credentials/examples/v2": {
        "@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}
    }
}
LIST = "api/credentials/status/1"

Verb = Callable[[Json, datetime], JsonResponse]


def signer() -> keys.Signer:
    """The endpoint's own, the same as long as AMPERA_SECRET_KEY is."""
    key = keys.Key(hashlib.sha256(b"ampera vc-api\n" + settings.SECRET_KEY.encode()).digest())
    return key.signer(key.did_key)


def _peers() -> exchange.Peers:
    ours = {issuers.issuer(demo): issuers.did_document(demo) for demo in (True, False)}
    return exchange.Peers({did: document for did, document in ours.items() if document}, PEERS_CONTEXTS)


def _posted(verb: Verb) -> Callable[[HttpRequest], JsonResponse]:
    """A JSON object in, JSON out; a Fault is a 400 with its reason."""

    @functools.wraps(verb)
    def view(request: HttpRequest) -> JsonResponse:
        if not settings.VC_API:
            raise Http404
        try:
            return verb(parse(request.body), timezone.now())
        except Fault as fault:
            said = {"type": fault.code, "title": fault.verdict, "detail": fault.reason}
        except NoSuchList as no:
            said = {"type": no.code, "title": "undetermined", "detail": str(no)}
        return JsonResponse({"verified": False, "errors": [said]}, status=400)

    return csrf_exempt(require_POST(view))


def _object(asked: Json, name: str) -> Json:
    found = asked.get(name)
    if not isinstance(found, dict):
        raise Altered("bad_request", f"{name} is not a JSON object.")
    return found


@_posted
def issue(asked: Json, now: datetime) -> JsonResponse:
    """Sign `credential`; with `options.credentialStatus`, give it a place on the endpoint's status list first."""
    credential, options = dict(_object(asked, "credential")), asked.get("options")
    if isinstance(options, dict) and "credentialStatus" in options:
        credential["credentialStatus"] = _entry()
    made = exchange.secure(credential, signer=signer(), created=now, peers=_peers())
    return JsonResponse({"verifiableCredential": made}, status=201)


@_posted
def verify(asked: Json, now: datetime) -> JsonResponse:
    """Check `verifiableCredential`: its form, its proofs and, on lists that are kept here, its status."""
    credential = _object(asked, "verifiableCredential")
    exchange.examine(credential, now=now, peers=_peers())
    _refuse_marked(credential, now)
    return JsonResponse({"verified": True, "checks": ["proof", "credentialStatus"], "errors": []})


@_posted
def verify_presentation(asked: Json, now: datetime) -> JsonResponse:
    """Check `verifiablePresentation`, signed by its holder for `options.challenge` and `options.domain`."""
    presentation, options = _object(asked, "verifiablePresentation"), asked.get("options")
    said = options if isinstance(options, dict) else {}
    exchange.examine_presentation(
        presentation, challenge=said.get("challenge"), domain=said.get("domain"), now=now, peers=_peers()
    )
    for credential in as_list(presentation.get("verifiableCredential")):
        _refuse_marked(credential, now)
    return JsonResponse({"verified": True, "checks": ["proof", "credentialStatus"], "errors": []})


@require_safe
def status_list(request: HttpRequest) -> JsonResponse:
    """The endpoint's status list, on which nothing is ever marked: what it signs stands for nothing."""
    if not settings.VC_API:
        raise Http404
    return JsonResponse(_list(timezone.now()))


def _list(now: datetime) -> Json:
    return status.status_list(
        url=f"{settings.ORIGIN}/{LIST}",
        purpose="revocation",
        marked=(),
        signer=signer(),
        issued=now,
        valid_until=now + statuses.STALE,
    )


def _entry() -> Json:
    url = f"{settings.ORIGIN}/{LIST}"
    place = str(secrets.randbelow(status.ENTRIES))
    return {
        "id": f"{url}#{place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": place,
        "statusListCredential": url,
    }


def _refuse_marked(credential: Json, now: datetime) -> None:
    """Raises Altered if it is revoked or suspended on a list of the city's; on its own the endpoint marks nothing, and
    other people's are not looked up. Raises NoSuchList for one that was never kept here."""
    lists = statuses.all_lists(issuers.ring(), now=now)
    for entry in as_list(credential.get("credentialStatus")):
        url, place = str(entry.get("statusListCredential")), str(entry.get("statusListIndex"))
        if url not in lists:
            if url.startswith(f"{settings.ORIGIN}/status/"):
                raise NoSuchList()
            continue
        for listed in {url, status.beside(url)} & lists.keys():
            bits = json.loads(lists[listed])["credentialSubject"]["encodedList"]
            if not place.isdecimal() or status.is_marked(status.decode(bits), int(place)):
                raise Altered("revoked", "The issuer has revoked or suspended it.")


urlpatterns = [
    path("api/credentials/issue", issue, name="vc_issue"),
    path("api/credentials/verify", verify, name="vc_verify"),
    path("api/presentations/verify", verify_presentation, name="vc_verify_presentation"),
    path(LIST, status_list, name="vc_status_list"),
]
