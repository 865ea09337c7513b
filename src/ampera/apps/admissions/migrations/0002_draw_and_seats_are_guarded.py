from django.db import migrations

from ampera.apps.audit.triggers import append_only, follow, refuse


class Migration(migrations.Migration):
    dependencies = [
        ("admissions", "0001_initial"),
        ("audit", "0001_initial"),
    ]
    operations = [
        *append_only("admissions_freeze"),
        *append_only("admissions_draw"),
        *append_only("admissions_outcome"),
        *append_only("admissions_nomination"),
        refuse(
            "admissions_freeze",
            "freeze_needs_a_locked_plan",
            on="INSERT",
            when="NOT EXISTS (SELECT 1 FROM programme_plan p WHERE p.id = NEW.plan_id AND p.round_id = NEW.round_id AND p.locked_at IS NOT NULL)",
        ),
        refuse(
            "admissions_seat",
            "seat_needs_a_counted_block",
            on="INSERT",
            when="NOT EXISTS (SELECT 1 FROM admissions_fill f WHERE f.block_id = NEW.block_id)",
        ),
        refuse("admissions_seat", "seat_never_goes", on="DELETE"),
        refuse(
            "admissions_seat",
            "released_seat_stays_released",
            on="UPDATE OF state",
            when="OLD.state = 'RELEASED' AND NEW.state <> 'RELEASED'",
        ),
        follow(
            "admissions_seat",
            "seat_taken_is_counted",
            on="INSERT",
            when="NEW.state = 'TAKEN'",
            do="UPDATE admissions_fill SET taken = taken + 1 WHERE block_id = NEW.block_id",
        ),
        follow(
            "admissions_seat",
            "seat_released_is_counted",
            on="UPDATE OF state",
            when="OLD.state = 'TAKEN' AND NEW.state = 'RELEASED'",
            do="UPDATE admissions_fill SET taken = taken - 1 WHERE block_id = NEW.block_id",
        ),
    ]
