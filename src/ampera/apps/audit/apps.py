from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "ampera.apps.audit"
    label = "audit"
