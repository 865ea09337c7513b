import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_wrong_pins_are_counted"), ("programme", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="role",
            name="partner",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programme.partner",
                to_field="code",
            ),
        ),
    ]
