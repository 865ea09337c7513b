"""People's and messaging's real pages, and a stand-in for each other page that the frame links to."""

from collections import defaultdict

from django.http import HttpResponse
from django.urls import include, path

from ampera.site.doors import DOORS

FRAME = ["site:next", "programme:agreement", "programme:rounds", "drills:start", "certificates:check"]
stand_ins = defaultdict(list)
for name in [*FRAME, *(door.name for door in DOORS)]:
    app, _colon, page = name.partition(":")
    if app not in {"people", "messaging"}:
        stand_ins[app].append(
            path(f"{app}-{page}/", lambda request, shown=name: HttpResponse(shown), name=page)
        )

stand_ins["site"].append(
    path("site-onward/<int:person_id>/", lambda request, person_id: HttpResponse("site:onward"), name="onward")
)
urlpatterns = [
    path("", include("ampera.apps.people.urls")),
    path("", include("ampera.apps.messaging.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    *(path("", include((pages, app))) for app, pages in stand_ins.items()),
]
