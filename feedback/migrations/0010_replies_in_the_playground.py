"""A reply in the playground is an errand of its turn."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0009_switching"),
    ]

    operations = [
        migrations.AddField(
            model_name="errand",
            name="turn",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="errands",
                to="feedback.chatturn",
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
                    ("reply", "Reply in the playground"),
                ],
                max_length=16,
            ),
        ),
    ]
