"""The real pages that applying leads through, and a stand-in for each other page that they link to."""

from collections import defaultdict

from django.http import HttpResponse
from django.urls import include, path

from ampera.site.doors import DOORS

REAL = ("people", "messaging", "programme", "assessment", "admissions")
ELSEWHERE = ["site:next", "drills:start", "certificates:check", *(door.name for door in DOORS)]
stand_ins = defaultdict(list)
for name in ELSEWHERE:
    app, _colon, page = name.partition(":")
    if app not in REAL:
        stand_ins[app].append(
            path(f"{app}-{page}/", lambda request, shown=name: HttpResponse(shown), name=page)
        )

stand_ins["site"].append(
    path("site-onward/<int:person_id>/", lambda request, person_id: HttpResponse("site:onward"), name="onward")
)
urlpatterns = [
    *(path("", include(f"ampera.apps.{app}.urls")) for app in REAL),
    path("i18n/", include("django.conf.urls.i18n")),
    *(path("", include((pages, app))) for app, pages in stand_ins.items()),
]
