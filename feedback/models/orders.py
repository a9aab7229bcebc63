"""An order over several responses at once, ties allowed."""

from __future__ import annotations

from django.db import models

from feedback.models.examples import Example, Response
from feedback.models.feedback import Feedback


class Ranking(Feedback):
    """A k-way order of responses to one example. Equal places are ties; `shown["order"]` is the order as shown."""

    example = models.ForeignKey(Example, on_delete=models.CASCADE, related_name="rankings")
    aspect = models.CharField(max_length=60, default="overall")
    reason = models.TextField(blank=True)

    class Meta(Feedback.Meta):
        constraints = [*Feedback.Meta.constraints]

    def __str__(self) -> str:
        return f"ranking {self.pk}"


class Place(models.Model):
    """The place of one response in a ranking; 1 is best."""

    ranking = models.ForeignKey(Ranking, on_delete=models.CASCADE, related_name="places")
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="places")
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ranking", "response"], name="place_once_in_a_ranking"),
            models.CheckConstraint(condition=models.Q(place__gte=1), name="place_from_one"),
        ]

    def __str__(self) -> str:
        return f"place {self.place}"
