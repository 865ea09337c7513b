from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "ampera.apps.results"
    label = "results"
