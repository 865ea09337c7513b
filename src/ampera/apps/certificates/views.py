"""What everybody may see: a certificate by its link, its file and QR code, the check, the issuer's keys and lists."""

from __future__ import annotations

import json
from io import BytesIO
from uuid import UUID

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats, timezone
from django.views.decorators.http import require_http_methods, require_safe

from ampera.forms import refuse
from ampera.refusal import Refusal

from . import checking, issuers, statuses, wording
from .forms import CheckForm
from .records import credential
from .verdicts import said

JSON_LD = "application/vc+ld+json"
HOUR = 3600  # seconds: how long a cache may keep a list, so that a revocation is seen within the hour


def address(certificate_id: UUID) -> str:
    """The certificate's link, as printed and in its QR code."""
    return f"{settings.ORIGIN}/sertifikat/{certificate_id}/"


@require_safe
def page(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The certificate, to read, print and share; whoever has its link sees it. Search engines are asked to stay out."""
    found, now = credential(certificate_id), timezone.now()
    data = found.json.encode()
    shown, verdict = checking.shown(data), checking.check(data, now=now)
    if shown is None:
        raise Http404
    context = {
        "certificate": found,
        "values": shown.values,
        "frame": shown.frame,
        "english": wording.english(shown.frame.achievement.name),
        "evidence": [(e.narrative, wording.english_evidence(e.narrative)) for e in shown.frame.evidence],
        "issued": shown.frame.issued,
        "until": shown.frame.valid_until,
        "link": address(found.id),
        "said": said(verdict),
        "as_of": verdict.as_of,
    }
    response = render(request, "certificates/page.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def file(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The certificate's bytes, exactly as signed."""
    response = HttpResponse(credential(certificate_id).json, content_type=JSON_LD)
    response["Content-Disposition"] = f'attachment; filename="sertifikat-{certificate_id}.json"'
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def qr(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The certificate's link as a QR code, in SVG."""
    out = BytesIO()
    code = segno.make(address(credential(certificate_id).id), error="m", micro=False)
    code.save(
        out, kind="svg", scale=4, border=4, light="#ffffff", dark="#000000", svgclass=None, lineclass=None
    )
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """What a certificate is worth: by file, text, link or number; `?id=` checks one of ours at once."""
    data = b""
    posted = {"link": request.GET["id"]} if request.method != "POST" and "id" in request.GET else None
    form = CheckForm(request.POST, request.FILES) if request.method == "POST" else CheckForm(posted)
    if form.is_bound and form.is_valid():
        try:
            data = _material(form)
        except Refusal as no:
            refuse(form, no)
    context: dict[str, object] = {"form": form}
    if data:
        now = timezone.now()
        verdict = checking.check(data, now=now)
        sound = "signature" in verdict.checked
        context |= {
            "said": said(verdict),
            "as_of": verdict.as_of,
            "now": now,
            # what an altered file claims is not shown: seen here, it would look like our word
            "shown": checking.shown(data) if sound else None,
            "form": CheckForm(),
        }
    return render(request, "certificates/check.html", context)


def _material(form: CheckForm) -> bytes:
    """The bytes to judge. Raises LinkElsewhere, NoSuchCertificate."""
    typed = form.cleaned_data
    if typed["file"]:
        return typed["file"].read()
    if typed["link"].strip():
        return checking.by_link(typed["link"])
    return typed["text"].encode()


@require_safe
def did(request: HttpRequest, demo: bool) -> HttpResponse:
    """An issuer's DID document; 404 if it has no keys here."""
    document = issuers.did_document(demo)
    if document is None:
        raise Http404
    return _open(json.dumps(document, ensure_ascii=False), "application/did+json")


@require_safe
def status_list(request: HttpRequest, list_id: int) -> HttpResponse:
    return _open(statuses.status_list(list_id, now=timezone.now()), "application/vc")


def _open(text: str, kind: str) -> HttpResponse:
    """For other people's verifiers, wherever they run."""
    response = HttpResponse(text, content_type=kind)
    response["Cache-Control"] = f"public, max-age={HOUR}"
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def achievement(request: HttpRequest, level: str, form: str) -> HttpResponse:
    """What certificates of a level certify: the address that they name."""
    try:
        shown = wording.achievement(level, form)
    except KeyError:
        raise Http404 from None
    context = {
        "achievement": shown,
        "english": wording.english(shown.name),
        "years": formats.number_format(wording.YEARS),
    }
    return render(request, "certificates/achievement.html", context)  # fmt: skip
