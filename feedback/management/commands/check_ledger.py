"""`manage.py check_ledger [PROJECT]`: do the budgets' sums agree with the calls? Says where not, and exits with 1."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from feedback.models import Budget, ModelCall, Project, Run
from feedback.projects.ledger import differences


class Command(BaseCommand):
    """Compares every budget with the calls it paid for. Changes nothing."""

    help = "Compare the sums of the budgets with the sums over all model calls; exit 1 where they differ."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("project", nargs="?", help="The project's slug; all projects when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        projects = Project.objects.select_related("budget").order_by("slug")
        if options["project"]:
            projects = projects.filter(slug=options["project"])
            if not projects:
                self.stderr.write(f"There is no project called {options['project']!r}.")
                raise SystemExit(2)
        wrong = sum(self.check_project(project) for project in projects)
        self.stdout.write("The ledger agrees." if not wrong else f"{wrong} sums differ.")
        if wrong:
            raise SystemExit(1)

    def check_project(self, project: Project) -> int:
        """How many sums of the project and its runs differ."""
        wrong = self.hold_against(project.slug, project.budget, ModelCall.objects.filter(project=project))
        for run in Run.objects.filter(project=project).select_related("budget"):
            calls = ModelCall.objects.filter(run=run)
            wrong += self.hold_against(f"{project.slug}, run {run.number}", run.budget, calls)
        return wrong

    def hold_against(self, where: str, budget: Budget, calls: Any) -> int:
        """How many sums of one budget differ; each is said."""
        found = differences(budget, calls)
        for name, (budget_says, calls_say) in found.items():
            self.stdout.write(f"{where}: {name} is {budget_says} in the budget and {calls_say} over the calls")
        return len(found)
