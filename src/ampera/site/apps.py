from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "ampera.site"
    label = "site"
