"""The head of the audit chain as a row of its own; an older chain goes on where it ended."""

from django.db import migrations, models


def begin_where_it_ended(apps, _schema_editor):
    last = apps.get_model("access", "AuditEntry").objects.order_by("-id").first()
    if last is not None:
        apps.get_model("access", "ChainHead").objects.create(name="audit", digest=last.digest)


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("name", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("digest", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.RunPython(begin_where_it_ended, migrations.RunPython.noop),
    ]
