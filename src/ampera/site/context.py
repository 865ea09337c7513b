"""What every page knows: the city, the way around, whether what is shown was made up."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ampera.apps.people import api as people
from ampera.site.doors import doors

CITY = {"name": settings.CITY, "programme": settings.PROGRAMME}


def house(request: HttpRequest) -> dict[str, Any]:
    """Context of every page; see docs/design.md. In a demo everything is simulated, and says so."""
    account = getattr(request, "user", None)
    signed_in = account is not None and account.is_authenticated
    roles = people.roles(account) if account is not None else frozenset()
    return {
        "city": CITY,
        "simulated": settings.DEMO,
        "demo": settings.DEMO,
        "account_links": account_links(request, signed_in, bool(roles)),
        "sign_out_url": reverse("people:sign_out") if signed_in else "",
        "footer_links": footer_links(),
        "navigation": [
            {
                "url": d.url,
                "label": _(d.label),
                "icon": d.icon,
                "current": (request.path.startswith(d.url) and d.url != "/kantor/") or request.path == d.url,
            }
            for d in doors(roles)
        ],
        "round_choices": round_choices(request),
    }


def round_choices(request: HttpRequest) -> list[dict[str, Any]]:
    """Links to the same page for every round, on an officer's page that is about one."""
    chosen, rounds = getattr(request, "round_choice", (None, ()))
    if len(rounds) < 2:
        return []
    return [
        {
            "url": f"{request.path}?round={r.id}",
            "label": r.title,
            "current": chosen is not None and r.id == chosen.id,
        }
        for r in rounds
    ]


def account_links(request: HttpRequest, signed_in: bool, works_here: bool) -> list[dict[str, Any]]:
    links = []
    if signed_in:
        links.append({"url": reverse("site:next"), "label": _("My page")})
        if works_here:
            links.append({"url": reverse("site:office"), "label": _("Office")})
    else:
        links.append({"url": reverse("people:sign_in"), "label": _("Sign in")})
    if settings.DEMO:
        links.append({"url": reverse("messaging:outbox"), "label": _("Messages (demo)")})
    return [{**link, "current": request.path == link["url"]} for link in links]


def footer_links() -> list[dict[str, str]]:
    return [
        {"url": reverse(name), "label": label}
        for name, label in (
            ("programme:agreement", _("The agreement")),
            ("programme:rounds", _("Rounds and plans")),
            ("drills:start", _("Drills: true or false")),
            ("certificates:check", _("Check a certificate")),
            ("people:notice", _("Privacy")),
        )
    ]
