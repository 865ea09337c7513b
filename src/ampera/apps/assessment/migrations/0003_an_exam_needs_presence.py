import django.db.models.deletion
from django.db import migrations, models

from ampera.apps.audit.triggers import refuse


class Migration(migrations.Migration):
    """An exam names its session, and needs presence there.

    The column is written in SQL that both databases read: taking it away again through Django would remake the table
    on SQLite, and the table's triggers with it.
    """

    dependencies = [
        ("assessment", "0002_answers_are_append_only"),
    ]
    operations = [
        migrations.RunSQL(
            [
                "ALTER TABLE assessment_sitting ADD COLUMN session_id bigint NULL"
                " REFERENCES assessment_examsession (id) DEFERRABLE INITIALLY DEFERRED",
                "CREATE INDEX assessment_sitting_session_id ON assessment_sitting (session_id)",
            ],
            [
                "DROP INDEX assessment_sitting_session_id",
                "ALTER TABLE assessment_sitting DROP COLUMN session_id",
            ],
            state_operations=[
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
            ],
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
