from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "ampera.apps.messaging"
    label = "messaging"
