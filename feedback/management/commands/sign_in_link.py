"""`manage.py sign_in_link EMAIL`: a one-time link to set a new password, for whoever runs the instance."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from feedback.models import User
from feedback.projects.people import RESET_HOURS, make_reset_link


class Command(BaseCommand):
    """Prints the link's path; put the instance's address before it."""

    help = "Make a one-time link with which a person sets a new password and is signed in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody here has the address {options['email']}.")
        self.stdout.write(reverse("join", args=[make_reset_link(user, by=None)]))
        self.stderr.write(f"Good once, for {RESET_HOURS} hours. Put the instance's address before it.")
