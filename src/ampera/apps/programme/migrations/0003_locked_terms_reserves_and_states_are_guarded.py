"""What 0002 left open: the terms of a class, who a reserve is for, and a round that moves without a lock."""

from django.db import migrations

from ampera.apps.audit.triggers import refuse

LOCKED_BLOCK = (
    "EXISTS (SELECT 1 FROM programme_block b JOIN programme_class c ON c.id = b.klass_id "
    "JOIN programme_plan p ON p.round_id = c.round_id WHERE p.locked_at IS NOT NULL "
    "AND (b.group_id = {group} OR b.cap_group_id = {group}))"
)


class Migration(migrations.Migration):
    dependencies = [("programme", "0002_a_locked_plan_never_changes")]
    operations = [
        refuse(
            "programme_class",
            "locked_class_keeps_its_terms",
            on="UPDATE OF partner_id, place_id, mode, meetings, hours",
            when="EXISTS (SELECT 1 FROM programme_plan p WHERE p.round_id = OLD.round_id AND p.locked_at IS NOT NULL)",
        ),
        refuse(
            "programme_group",
            "locked_reserve_keeps_its_evidence",
            on="UPDATE",
            when=LOCKED_BLOCK.format(group="OLD.code"),
        ),
        refuse(
            "programme_group_places",
            "locked_reserve_gets_no_place",
            on="INSERT",
            when=LOCKED_BLOCK.format(group="NEW.group_id"),
        ),
        refuse(
            "programme_group_places",
            "locked_reserve_keeps_its_places",
            on="UPDATE",
            when=LOCKED_BLOCK.format(group="OLD.group_id"),
        ),
        refuse(
            "programme_group_places",
            "locked_reserve_loses_no_place",
            on="DELETE",
            when=LOCKED_BLOCK.format(group="OLD.group_id"),
        ),
        refuse(
            "programme_round",
            "round_moves_only_once_locked",
            on="UPDATE OF state",
            when="NEW.state NOT IN ('DRAFT', 'ABANDONED') AND NOT EXISTS "
            "(SELECT 1 FROM programme_plan p WHERE p.round_id = NEW.id AND p.locked_at IS NOT NULL)",
        ),
    ]
