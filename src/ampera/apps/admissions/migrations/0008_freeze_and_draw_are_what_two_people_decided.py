"""A freeze and a draw rest on a motion of two people: the proposal of a freeze becomes one, and so does a beacon's value.

A proposal that is open is made anew: it says nothing of its small cells."""

from django.db import migrations, models

from ampera.apps.audit.triggers import refuse


class Migration(migrations.Migration):
    dependencies = [
        ("admissions", "0007_two_people_move_a_round"),
        ("programme", "0005_a_plan_names_its_beacon"),
    ]

    operations = [
        migrations.DeleteModel("Proposal"),
        migrations.AlterField(
            "draw",
            "beacon",
            models.CharField(help_text="Its value, as two people entered it.", max_length=200),
        ),
        refuse(
            "admissions_freeze",
            "freeze_is_what_two_people_decided",
            on="INSERT",
            when="NOT EXISTS (SELECT 1 FROM admissions_motion m WHERE m.round_id = NEW.round_id AND m.what = 'freeze' AND m.value = NEW.root AND m.confirmed_at IS NOT NULL AND m.by = NEW.proposed_by AND m.confirmed_by = NEW.confirmed_by)",
        ),
        refuse(
            "admissions_motion",
            "beacon_is_the_locked_plans",
            on="INSERT",
            when="NEW.what = 'draw' AND NOT EXISTS (SELECT 1 FROM programme_plan p WHERE p.round_id = NEW.round_id AND p.locked_at IS NOT NULL AND NEW.about = p.beacon_kind || CASE WHEN p.beacon_round IS NULL THEN '' ELSE ':' || p.beacon_round END)",
        ),
        refuse(
            "admissions_draw",
            "draw_is_with_what_two_people_entered",
            on="INSERT",
            when="NOT EXISTS (SELECT 1 FROM admissions_motion m JOIN admissions_freeze f ON f.round_id = m.round_id WHERE f.id = NEW.freeze_id AND m.what = 'draw' AND m.confirmed_at IS NOT NULL AND m.value = NEW.beacon)",
        ),
    ]
