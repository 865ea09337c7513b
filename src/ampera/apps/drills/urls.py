from django.urls import path

from . import views

app_name = "drills"
urlpatterns = [
    path("latihan/", views.start, name="start"),
    path("latihan/<uuid:session_id>/", views.resume, name="resume"),
    path("latihan/<uuid:session_id>/<int:position>/", views.message, name="message"),
    path("latihan/<uuid:session_id>/hasil/", views.result, name="result"),
]
