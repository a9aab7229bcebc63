"""Whether changes are probed first, and what spoke against one that was made all the same."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feedback", "0010_replies_in_the_playground")]

    operations = [
        migrations.AddField(
            model_name="project",
            name="probes_needed",
            field=models.BooleanField(
                default=False,
                help_text="Whether a change to the constitution is probed before it is made, or says why not",
            ),
        ),
        migrations.AddField(
            model_name="constitution",
            name="in_spite_of",
            field=models.JSONField(
                default=list,
                help_text="What spoke against the change when it was made, as codes; `reason` says why it was made",
            ),
        ),
    ]
