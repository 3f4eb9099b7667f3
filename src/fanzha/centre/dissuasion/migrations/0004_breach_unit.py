"""The unit that missed a limit, from the transfers that were accepted after it passed."""

from django.db import migrations, models


def tell(apps, _editor) -> None:  # type: ignore[no-untyped-def]
    for breach in apps.get_model("dissuasion", "Breach").objects.select_related("order").iterator(500):
        later = breach.order.transfers.filter(accepted=True, decided_at__gt=breach.due_at).order_by("decided_at", "id")
        breach.unit = later.values_list("origin", flat=True).first() or breach.order.unit
        breach.save(update_fields=["unit"])


class Migration(migrations.Migration):
    dependencies = [("dissuasion", "0003_kept_brief")]

    operations = [
        migrations.AddField("breach", "unit", models.CharField(default="", max_length=20), preserve_default=False),
        migrations.RunPython(tell, migrations.RunPython.noop),
        migrations.AlterField("breach", "unit", models.CharField(db_index=True, max_length=20)),
    ]
