"""The addresses of `people`, in their namespace; sign-in twice, since allauth looks for its own names."""

from django.urls import include, path

from . import counter, filling, leaving, office, signin, unsent, views

sign_in, code = signin.SignIn.as_view(), signin.Code.as_view()

people = [
    path("masuk/", sign_in, name="sign_in"),
    path("masuk/kode/", code, name="code"),
    path("keluar/", signin.sign_out, name="sign_out"),
    path("kirim/", unsent.unsent, name="unsent"),
    path("privasi/", views.notice, name="notice"),
    path("orang/", views.persons, name="persons"),
    path("orang/baru/", views.new, name="register"),
    path("orang/isian/<uuid:draft_id>/nik-terpakai/", filling.claim, name="claim"),
    path("orang/isian/<uuid:draft_id>/<slug:step>/", filling.filling, name="filling"),
    path("orang/<int:person_id>/", views.person, name="person"),
    path("orang/<int:person_id>/ubah/", views.correct, name="correct"),
    path("orang/<int:person_id>/izin/", views.consent, name="consent"),
    path("orang/<int:person_id>/hapus/", leaving.erase_page, name="erase"),
    path("relawan/", counter.counter, name="counter"),
    path("relawan/baru/", counter.counter_new, name="counter_new"),
    path("relawan/orang/<int:person_id>/", counter.counter_person, name="counter_person"),
    path("relawan/orang/<int:person_id>/ubah/", counter.counter_correct, name="counter_correct"),
    path("relawan/orang/<int:person_id>/lihat/", counter.see, name="see"),
    path("relawan/orang/<int:person_id>/pin/", counter.new_pin, name="new_pin"),
    path("kantor/peran/", office.roles, name="roles"),
    path("kantor/peran/<int:role_id>/akhiri/", office.end_role, name="end_role"),
]

urlpatterns = [
    path("", include((people, "people"))),
    path("masuk/", sign_in, name="account_login"),
    path("masuk/", sign_in, name="account_request_login_code"),
    path("masuk/", sign_in, name="account_signup"),
    path("masuk/kode/", code, name="account_confirm_login_code"),
    path("masuk/ditutup/", signin.inactive, name="account_inactive"),
    path("keluar/", signin.sign_out, name="account_logout"),
]
