"""What everybody may see: a certificate by its link, its file and QR code, the check, the issuer's keys and lists."""

from __future__ import annotations

import json
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.views.decorators.http import require_http_methods, require_safe

from ampera.cores.credentials import carrier
from ampera.cores.credentials.faults import Fault
from ampera.forms import refuse, telling
from ampera.refusal import Refusal

from . import blanks, checking, codes, issuers, paper, statuses, wording
from .forms import CheckForm
from .records import credential
from .verdicts import said

JSON_LD = "application/vc+ld+json"
HOUR = 3600  # seconds: how long a cache may keep a list, so that a revocation is seen within the hour


def address(certificate_id: UUID) -> str:
    """The certificate's link, as shown and shared."""
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
        "has_pdf": paper.available(),
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
    """The whole certificate as a QR code, in SVG; half a millimetre a module where it is printed."""
    text = carrier.pack(credential(certificate_id).json.encode())
    return HttpResponse(codes.svg(codes.code(text)), content_type="image/svg+xml")


@require_safe
def pdf(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The certificate on paper, its signed file attached. A refusal is told on the certificate's page."""
    found = credential(certificate_id)
    with telling(request):
        response = HttpResponse(paper.pdf(found.json), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="sertifikat-{certificate_id}.pdf"'
        response["X-Robots-Tag"] = "noindex"
        return response
    return redirect("certificates:page", certificate_id)


@require_safe
def code(request: HttpRequest, digits: str) -> HttpResponse:
    """Where a QR code leads any phone: to the certificate's page if the code says what was issued, else to a verdict."""
    text = f"{settings.ORIGIN}{reverse('certificates:code', args=[digits])}".encode()
    try:
        data = checking.opened(text)
        number = UUID(json.loads(data)["id"])
        if credential(number).json.encode() == data:
            return redirect("certificates:page", number)
    except Fault:
        pass  # the verdict says why
    return render(request, "certificates/check.html", {"form": CheckForm(), **_judged(text)})


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
        context |= {"form": CheckForm(), **_judged(data)}
    return render(request, "certificates/check.html", context)


def _judged(data: bytes) -> dict[str, object]:
    """What the page says of a certificate."""
    verdict = checking.check(data, now=timezone.now())
    sound = "signature" in verdict.checked
    return {
        "said": said(verdict),
        "as_of": verdict.as_of,
        # what an altered file claims is not shown: seen here, it would look like our word
        "shown": checking.shown(data) if sound else None,
    }


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


@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """The ids of the templates that QR codes rest on, with their addresses."""
    found = {name: reverse("certificates:template", args=[name]) for name in sorted(blanks.blanks())}
    return _open(json.dumps(found), "application/json")


@require_safe
def template(request: HttpRequest, blank_id: str) -> HttpResponse:
    return _open(blanks.published(blank_id, now=timezone.now()).decode(), "application/json")


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
