"""The playground: talks with the model under the constitution, several candidates a turn, and rewinding."""

from __future__ import annotations

from django.db import models

from feedback.models.examples import Example, Response
from feedback.models.principles import Constitution


class Chat(models.Model):
    """A talk in the playground."""

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="chats")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200, blank=True)
    system = models.TextField(blank=True)
    made_by = models.ForeignKey("feedback.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="chat_number_once")]

    def __str__(self) -> str:
        return self.title or f"chat {self.number}"


class ChatTurn(models.Model):
    """What the person wrote, and which candidate went on. Rewinding makes a sibling; the turns before stay.

    `example` holds the talk up to this message; the candidates are its responses. `tried` are the ids of principle
    versions that were followed beside the constitution when the candidates were made.
    """

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="turns")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    rerun_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="reruns")
    text = models.TextField()
    example = models.ForeignKey(Example, on_delete=models.PROTECT, related_name="chat_turns")
    constitution = models.ForeignKey(Constitution, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    tried = models.JSONField(default=list)
    chosen = models.ForeignKey(Response, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text
