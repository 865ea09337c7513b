from django.db import migrations, models

from ampera.apps.audit.triggers import refuse


class Migration(migrations.Migration):
    dependencies = [
        ("admissions", "0007_two_people_move_a_round"),
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
