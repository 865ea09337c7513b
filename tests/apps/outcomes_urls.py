"""The addresses of drills and results, with stand-ins for the links that the page's frame names."""

from django.http import HttpResponse
from django.urls import include, path

FRAME = {
    "people": ("sign_in", "sign_out", "notice", "counter", "roles"),
    "programme": ("agreement", "rounds", "office_rounds"),
    "messaging": ("outbox",),
    "certificates": ("check", "office"),
    "site": ("next", "office"),
    "admissions": ("office_funnel", "office_draw", "office_calls", "office_nominations"),
    "classes": ("work",),
    "assessment": ("office_exams", "invigilate"),
    "results": ("office",),
}


def stand_in(request):
    return HttpResponse()


urlpatterns = [path("", include("ampera.apps.drills.urls"))] + [
    path("", include(([path(f"frame/{app}/{name}/", stand_in, name=name) for name in names], app)))
    for app, names in FRAME.items()
]
