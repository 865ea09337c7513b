from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "ampera.apps.jobs"
    label = "jobs"
