from django.db import migrations, models

from ampera.apps.audit.triggers import refuse


class Migration(migrations.Migration):
    dependencies = [
        ("admissions", "0008_freeze_and_draw_are_what_two_people_decided"),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="reminded_at",
            field=models.DateTimeField(help_text="Of the one reminder, if no answer had come.", null=True),
        ),
        refuse(
            "admissions_call",
            "call_reminded_once",
            on="UPDATE OF reminded_at",
            when="OLD.reminded_at IS NOT NULL",
        ),
        refuse(
            "admissions_call",
            "call_reminded_while_it_waits",
            on="UPDATE OF reminded_at",
            when="NEW.reminded_at IS NOT NULL AND (OLD.state <> 'OFFERED' OR NEW.reminded_at > OLD.until)",
        ),
    ]
