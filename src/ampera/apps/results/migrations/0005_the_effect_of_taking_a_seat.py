from django.db import migrations, models

NEW = {
    "late": "Effect of taking a seat, SD; empty: nobody was moved.",
    "late_low": "Anderson–Rubin, 95 %; empty: not bounded.",
    "late_high": "",
    "moved": "By how much being inside raised the share with a seat.",
    "moved_low": "95 % interval.",
    "moved_high": "",
}


class Migration(migrations.Migration):
    dependencies = [("results", "0004_reports_are_append_only")]
    operations = [
        migrations.AddField("effect", name, models.FloatField(null=True, help_text=says))
        for name, says in NEW.items()
    ]
