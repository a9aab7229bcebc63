"""Who may remember how much, and the errands that learn from finished items and mend conditions."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0007_findings_and_rankings"),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="remembers",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="At most so many fitting entries of the memory enter a prompt; 0: none"
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="reflects",
            field=models.BooleanField(
                default=False, help_text="Whether items people finished are reflected on unasked"
            ),
        ),
        migrations.AddField(
            model_name="errand",
            name="experience",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="errands",
                to="feedback.experience",
            ),
        ),
        migrations.AlterField(
            model_name="errand",
            name="kind",
            field=models.CharField(
                choices=[
                    ("suggest", "Suggest feedback"),
                    ("continue", "Go on from an edit"),
                    ("message", "Answer a message"),
                    ("consequence", "Foretell a consequence"),
                    ("follow-ups", "Read what users wrote next"),
                    ("hinted", "Try again with a hint"),
                    ("shadow", "Judge as a person's stand-in"),
                    ("synthetic-edit", "Edit as an expert"),
                    ("checks", "Propose checks and try them"),
                    ("generate", "Answer an example"),
                    ("reflect", "Learn from a finished item"),
                    ("repair", "Repair when a lesson applies"),
                ],
                max_length=16,
            ),
        ),
    ]
