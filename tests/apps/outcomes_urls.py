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
}


def stand_in(request, **_):
    return HttpResponse()


urlpatterns = [path("", include(f"ampera.apps.{app}.urls")) for app in ("drills", "results")] + [
    path("", include(([path(f"frame/{app}/{name}/", stand_in, name=name) for name in names], app)))
    for app, names in FRAME.items()
]
urlpatterns += [
    path(
        "",
        include(
            ([path("frame/sitting/<uuid:sitting_id>/", stand_in, name="sitting")], "assessment"), "sitting"
        ),
    )
]
