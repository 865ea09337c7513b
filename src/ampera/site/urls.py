from django.urls import path

from . import views

app_name = "site"
urlpatterns = [
    path("", views.home, name="home"),
    path("saya/", views.next_, name="next"),
    path("kantor/", views.office, name="office"),
    path("sehat/", views.health, name="health"),
]
