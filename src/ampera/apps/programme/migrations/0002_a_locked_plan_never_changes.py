from django.db import migrations

from ampera.apps.audit.triggers import refuse


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0001_initial"),
        ("audit", "0001_initial"),
    ]
    operations = [
        refuse("programme_plan", "locked_plan_never_changes", on="UPDATE", when="OLD.locked_at IS NOT NULL"),
        refuse("programme_plan", "locked_plan_never_goes", on="DELETE", when="OLD.locked_at IS NOT NULL"),
        refuse(
            "programme_class",
            "locked_plan_gets_no_class",
            on="INSERT",
            when="EXISTS (SELECT 1 FROM programme_plan p WHERE p.round_id = NEW.round_id AND p.locked_at IS NOT NULL)",
        ),
        refuse(
            "programme_class",
            "locked_class_keeps_its_seats",
            on="UPDATE OF round_id, code, level, audience_id, seats",
            when="EXISTS (SELECT 1 FROM programme_plan p WHERE p.round_id = OLD.round_id AND p.locked_at IS NOT NULL)",
        ),
        refuse(
            "programme_class",
            "locked_class_never_goes",
            on="DELETE",
            when="EXISTS (SELECT 1 FROM programme_plan p WHERE p.round_id = OLD.round_id AND p.locked_at IS NOT NULL)",
        ),
        refuse(
            "programme_block",
            "locked_plan_gets_no_block",
            on="INSERT",
            when="EXISTS (SELECT 1 FROM programme_plan p JOIN programme_class c ON c.round_id = p.round_id WHERE c.id = NEW.klass_id AND p.locked_at IS NOT NULL)",
        ),
        refuse(
            "programme_block",
            "locked_block_never_changes",
            on="UPDATE",
            when="EXISTS (SELECT 1 FROM programme_plan p JOIN programme_class c ON c.round_id = p.round_id WHERE c.id = OLD.klass_id AND p.locked_at IS NOT NULL)",
        ),
        refuse(
            "programme_block",
            "locked_block_never_goes",
            on="DELETE",
            when="EXISTS (SELECT 1 FROM programme_plan p JOIN programme_class c ON c.round_id = p.round_id WHERE c.id = OLD.klass_id AND p.locked_at IS NOT NULL)",
        ),
        refuse(
            "programme_gradeweight",
            "locked_plan_gets_no_weight",
            on="INSERT",
            when="EXISTS (SELECT 1 FROM programme_plan p WHERE p.id = NEW.plan_id AND p.locked_at IS NOT NULL)",
        ),
        refuse(
            "programme_gradeweight",
            "locked_weight_never_changes",
            on="UPDATE",
            when="EXISTS (SELECT 1 FROM programme_plan p WHERE p.id = OLD.plan_id AND p.locked_at IS NOT NULL)",
        ),
        refuse(
            "programme_gradeweight",
            "locked_weight_never_goes",
            on="DELETE",
            when="EXISTS (SELECT 1 FROM programme_plan p WHERE p.id = OLD.plan_id AND p.locked_at IS NOT NULL)",
        ),
    ]
