from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_consents_are_append_only")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="pin_tries",
            field=models.PositiveSmallIntegerField(default=0, help_text="Wrong PINs in a row."),
        ),
    ]
