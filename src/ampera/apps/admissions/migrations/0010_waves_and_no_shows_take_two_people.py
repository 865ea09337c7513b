from django.db import migrations

from ampera.apps.audit.triggers import refuse

# Each decided wave opens one: the second takes one decision, the third two; the wave that finds nobody ends the calls.
WAVES = "SELECT COUNT(*) FROM admissions_motion m WHERE m.what = 'wave' AND m.confirmed_at IS NOT NULL AND m.round_id = "


class Migration(migrations.Migration):
    dependencies = [
        ("admissions", "0009_a_call_is_reminded_of_once"),
    ]

    operations = [
        refuse(
            "admissions_call",
            "later_wave_called_by_two_people",
            on="INSERT",
            when=f"NEW.wave > 1 AND ({WAVES}(SELECT a.round_id FROM admissions_application a WHERE a.id = NEW.application_id)) < NEW.wave - 1",
        ),
        refuse(
            "admissions_wavesend",
            "calls_ended_by_two_people",
            on="INSERT",
            when=f"({WAVES}NEW.round_id) < NEW.after AND NOT EXISTS (SELECT 1 FROM admissions_motion m WHERE m.what = 'end_waves' AND m.confirmed_at IS NOT NULL AND m.round_id = NEW.round_id)",
        ),
        refuse(
            "admissions_noshow",
            "no_show_said_by_two_people",
            on="INSERT",
            when="NOT EXISTS (SELECT 1 FROM admissions_motion m WHERE m.what = 'no_show' AND m.confirmed_at IS NOT NULL AND REPLACE(m.about, '-', '') = REPLACE(CAST(NEW.seat_id AS varchar), '-', ''))",
        ),
    ]
