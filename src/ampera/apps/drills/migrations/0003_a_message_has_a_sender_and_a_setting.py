from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("drills", "0002_judgements_are_append_only")]
    operations = [
        migrations.AddField(
            "message",
            "sender",
            models.CharField(max_length=80, default="", help_text="As the telephone shows it."),
            preserve_default=False,
        ),
        migrations.AddField(
            "message",
            "setting_id",
            models.TextField(default="", help_text="What the reader knows beforehand."),
            preserve_default=False,
        ),
        migrations.AddField("message", "setting_en", models.TextField(default=""), preserve_default=False),
        migrations.AlterField("message", "sources", models.TextField(help_text="One a line.")),
    ]
