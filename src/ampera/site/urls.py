from django.urls import path

from . import views

app_name = "site"
urlpatterns = [
    path("", views.home, name="home"),
    path("saya/", views.next_, name="next"),
    path("saya/<int:person_id>/", views.one, name="one"),
    path("saya/<int:person_id>/lanjut/", views.onward, name="onward"),
    path("kantor/", views.office, name="office"),
    path("perjanjian/", views.agreement, name="agreement"),  # before programme's own, which knows no seats
    path("kantor/kembar/", views.pairs, name="pairs"),
    path("kantor/kembar/<int:pair_id>/", views.pair, name="pair"),  # tells every app
    path("orang/<int:person_id>/gabung/", views.joined, name="joined"),
    path("orang/<int:person_id>/hapus/", views.erase, name="erase"),  # tells every app
    path("kantor/rencana/kelas/<int:class_id>/", views.office_class, name="office_class"),  # tells the class
    path("kantor/ujian/baru/", views.plan_exam, name="plan_exam"),  # tells the class
    path("pengawas/<int:session_id>/", views.roster, name="roster"),
    path("sehat/", views.health, name="health"),
]
