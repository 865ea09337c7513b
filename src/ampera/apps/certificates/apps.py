from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "ampera.apps.certificates"
    label = "certificates"
