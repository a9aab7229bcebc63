"""The frame's registration with Django: it brings the command `up` and ties tasks to Celery in every process."""

from django.apps import AppConfig


class FrameConfig(AppConfig):
    """What holds Precept together."""

    name = "app"

    def ready(self) -> None:
        """Make ours the Celery app that tasks are sent through."""
        from app import celery  # noqa: F401
