"""The app's registration with Django."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """Precept's only app."""

    name = "feedback"
    default_auto_field = "django.db.models.BigAutoField"
