"""Addresses of certificates, the check, and what other people's verifiers read, from the root. They are for ever."""

from django.urls import path, re_path

from . import holder_views, office_views, vc_api, views

app_name = "certificates"
urlpatterns = [
    path("sertifikat/<uuid:certificate_id>/", views.page, name="page"),
    path("sertifikat/<uuid:certificate_id>/sertifikat.json", views.file, name="file"),
    path("sertifikat/<uuid:certificate_id>/vc.jwt", views.token, name="token"),
    path("sertifikat/<uuid:certificate_id>/qr.svg", views.qr, name="qr"),
    path("sertifikat/<uuid:certificate_id>/sertifikat.pdf", views.pdf, name="pdf"),
    re_path(r"^Q/(?P<digits>[0-9]{1,1500})$", views.code, name="code"),
    path("blangko/", views.templates, name="templates"),
    path("blangko/<slug:blank_id>.json", views.template, name="template"),
    path("sertifikat/<uuid:certificate_id>/halaman/", holder_views.share, name="share"),
    path("sertifikat/capaian/<slug:level>/<slug:form>", views.achievement, name="achievement"),
    path("sertifikat/contoh/did.json", views.did, {"demo": True}, name="did_demo"),
    path(".well-known/did.json", views.did, {"demo": False}, name="did"),
    path("status/<int:list_id>", views.status_list, name="status_list"),
    path("status/<int:list_id>/suspensions", views.status_list, {"suspensions": True}, name="suspensions"),
    path("periksa/", views.check, name="check"),
    path("periksa/banyak/", views.check_many, name="check_many"),
    path("periksa/bahan.json", views.material, name="material"),
    path("periksa/pekerja.js", views.check_worker, name="check_worker"),
    path("dompet/", holder_views.wallet, name="wallet"),
    path("dompet/luring/", holder_views.wallet_offline, name="wallet_offline"),
    path("dompet/pekerja.js", holder_views.wallet_worker, name="wallet_worker"),
    path("kantor/sertifikat/", office_views.office, name="office"),
    path("kantor/sertifikat/kelas/", office_views.class_list, name="classes"),
    path("kantor/sertifikat/kelas/<int:class_id>/", office_views.class_page, name="class"),
    path("kantor/sertifikat/kelas/<int:class_id>/usulkan/", office_views.propose, name="propose"),
    path("kantor/sertifikat/usul/<int:batch_id>/terbitkan/", office_views.confirm, name="confirm"),
    path("kantor/sertifikat/<uuid:certificate_id>/", office_views.one, name="one"),
    path("kantor/sertifikat/<uuid:certificate_id>/ulang/", office_views.reissue, name="reissue"),
    *vc_api.urlpatterns,
]
