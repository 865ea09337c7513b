import django.db.models.deletion
from django.db import migrations, models

from ampera.apps.audit.triggers import refuse


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0002_answers_are_append_only"),
    ]
    operations = [
        migrations.AddField(
            model_name="sitting",
            name="session",
            field=models.ForeignKey(
                help_text="Exams only.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sittings",
                to="assessment.examsession",
            ),
        ),
        refuse(
            "assessment_sitting",
            "exam_needs_presence_in_an_open_session",
            on="INSERT",
            when="NEW.purpose = 'exam' AND NOT EXISTS (SELECT 1 FROM assessment_presence p JOIN assessment_examsession s"
            " ON s.id = p.session_id WHERE p.session_id = NEW.session_id AND p.person_id = NEW.person_id"
            " AND s.opened_at IS NOT NULL AND s.closed_at IS NULL)",
        ),
    ]
