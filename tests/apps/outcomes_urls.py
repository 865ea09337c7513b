"""The addresses of drills and results and of the apps below, with stand-ins for those above that a page's frame links to."""

from django.http import HttpResponse
from django.urls import include, path

REAL = ("people", "messaging", "programme", "assessment", "drills", "results")
FRAME = {
    "certificates": ("check", "office"),
    "site": ("next", "office"),
    "admissions": ("office_funnel", "office_draw", "office_calls", "office_nominations"),
    "classes": ("work",),
}


def stand_in(request):
    return HttpResponse()


urlpatterns = [path("", include(f"ampera.apps.{app}.urls")) for app in REAL] + [
    path("", include(([path(f"frame/{app}/{name}/", stand_in, name=name) for name in names], app)))
    for app, names in FRAME.items()
]
