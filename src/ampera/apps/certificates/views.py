"""What everybody may see: a certificate by its link, its file and QR code, the check, the issuer's keys and lists."""

from __future__ import annotations

import json
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ampera.apps.people import api as people
from ampera.cores.credentials import carrier
from ampera.cores.credentials.faults import Fault
from ampera.forms import KeyForm, refuse, telling, told
from ampera.refusal import Refusal

from . import blanks, checking, codes, issuers, many, offline, paper, statuses, tokens, wording
from .forms import CheckForm, ManyForm
from .records import Certificate, credential
from .refusals import PageWithdrawn
from .verdicts import said

VC = "application/vc"
HOUR = 3600  # seconds: how long a cache may keep a list, so that a revocation is seen within the hour


def address(certificate_id: UUID) -> str:
    """The certificate's link, as shown and shared."""
    return f"{settings.ORIGIN}/sertifikat/{certificate_id}/"


def holds(request: HttpRequest, found: Certificate) -> bool:
    """Whether the account that asks is the holder's."""
    account = request.user.pk if request.user.is_authenticated else None
    return account is not None and people.registered_under(account, found.person_id)


def _to_be_shown(request: HttpRequest, certificate_id: UUID) -> tuple[Certificate, bool]:
    """The certificate, and whether its holder asks. Raises NoSuchCertificate; PageWithdrawn for everybody else."""
    found = credential(certificate_id)
    mine = holds(request, found)
    if found.withdrawn and not mine:
        raise PageWithdrawn()
    return found, mine


@require_safe
def page(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The certificate, to read, print and share; whoever has its link sees it. Search engines are asked to stay out."""
    found, mine = _to_be_shown(request, certificate_id)
    data = found.json.encode()
    shown, verdict = checking.shown(data), checking.check(data, now=timezone.now())
    if shown is None:
        raise Http404
    context = {
        "certificate": found,
        "values": shown.values,
        "frame": shown.frame,
        "english": wording.english(shown.frame.achievement.name),
        "evidence": [(e.narrative, wording.english_evidence(e.narrative)) for e in shown.frame.evidence],
        "ability": wording.decimal(shown.values.ability),
        "error": wording.decimal(shown.values.error),
        "issued": shown.frame.issued,
        "until": shown.frame.valid_until,
        "link": address(found.id),
        "said": said(verdict),
        "as_of": verdict.as_of,
        "has_pdf": paper.available(),
        "has_token": settings.VC_JWT and tokens.offered(found, issuers.ring()),
        "mine": mine,
        "form": KeyForm() if mine else None,  # the switch of the page
    }
    response = render(request, "certificates/page.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def file(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The certificate's bytes, exactly as signed."""
    found, _mine = _to_be_shown(request, certificate_id)
    response = HttpResponse(found.json, content_type=VC)
    response["Content-Disposition"] = f'attachment; filename="sertifikat-{certificate_id}.json"'
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def token(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The certificate as a VC-JWT, for software that reads no other; 404 where the city offers none."""
    found, _mine = _to_be_shown(request, certificate_id)
    made = tokens.token(found, now=timezone.now())
    if made is None:
        raise Http404
    response = HttpResponse(made, content_type="application/vc+jwt")
    response["Content-Disposition"] = f'attachment; filename="sertifikat-{certificate_id}.jwt"'
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def qr(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The whole certificate as a QR code, in SVG; half a millimetre a module where it is printed."""
    found, _mine = _to_be_shown(request, certificate_id)
    drawn = codes.code(carrier.pack(found.json.encode()))
    return HttpResponse(codes.svg(drawn), content_type="image/svg+xml")


@require_safe
def pdf(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The certificate on paper, its signed file attached. A refusal is told on the certificate's page."""
    found, _mine = _to_be_shown(request, certificate_id)
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
        found = credential(number)
        if (not found.withdrawn or holds(request, found)) and found.json.encode() == data:
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
    context: dict[str, object] = {"form": form, **at_hand("check")}
    if data:
        context |= {"form": CheckForm(), **_judged(data)}
    return render(request, "certificates/check.html", context)


def _judged(data: bytes) -> dict[str, object]:
    """What the page says of a certificate."""
    verdict, shown = checking.judged(data, now=timezone.now())
    return {"said": said(verdict), "as_of": verdict.as_of, "shown": shown}


@require_http_methods(["GET", "HEAD", "POST"])
def check_many(request: HttpRequest) -> HttpResponse:
    """What many certificates are worth, in a table."""
    form = ManyForm(request.POST, request.FILES) if request.method == "POST" else ManyForm()
    context: dict[str, object] = {"form": form}
    if form.is_bound and form.is_valid():
        try:
            found = many.check_many(form.cleaned_data["chosen"], now=timezone.now())
        except Refusal as no:
            refuse(form, no)
        else:
            context |= {"rows": [_row(row) for row in found], "form": ManyForm()}
            context["columns"] = [_("File or link"), _("Name"), _("Certificate"), _("Verdict"), _("As of")]
    return render(request, "certificates/many.html", context)


def _row(row: many.Row) -> list[object]:
    if row.verdict is None:
        return [row.source, "", "", {"text": told(row.no), "kind": "warning"}, ""]
    word = said(row.verdict)
    at = row.verdict.as_of
    dated = formats.date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else ""
    return [row.source, row.name, row.title, {"text": word.title, "kind": word.kind}, dated]


def at_hand(page: str) -> dict[str, object]:
    """What the page's script needs: its words, and the service worker that keeps the page."""
    return {
        "words": json.dumps(offline.words(), ensure_ascii=False, separators=(",", ":")),
        "worker": reverse(f"certificates:{page}_worker"),
        "scope": reverse(f"certificates:{page}"),
    }


@require_safe
def check_worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the page that checks."""
    pages = [reverse("certificates:check"), reverse("certificates:material")]
    text = offline.worker(
        pages, ["certificates/check.js"], name="periksa", codes=reverse("certificates:check")
    )
    response = script(text)
    response["Service-Worker-Allowed"] = "/"  # it also stands behind the addresses of printed codes
    return response


def script(text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"  # the browser asks anew each time whether it has changed
    return response


@require_safe
def material(request: HttpRequest) -> HttpResponse:
    """Keys and dated status lists, for the check in the browser; all of it is public."""
    found = offline.material(now=timezone.now())
    response = JsonResponse(found, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-cache"
    return response


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
def status_list(request: HttpRequest, list_id: int, suspensions: bool = False) -> HttpResponse:
    return _open(statuses.status_list(list_id, suspensions=suspensions, now=timezone.now()), "application/vc")


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
