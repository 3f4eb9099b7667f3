"""Gang and den were free text; they become the gangs and dens that are kept, by number or name. What names none stays as words."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def find_kept(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001  (what Django hands in)
    """Put each suspect into the gang and den that the text names; a text that names none goes to what it rests on."""
    for kind in ("gang", "den"):
        kept = {}
        for pk, number, name in apps.get_model("networks", kind.title()).objects.values_list("pk", "number", "name"):
            kept[number] = pk
            if name:
                kept.setdefault(name, pk)
        for one in apps.get_model("suspects", "Suspect").objects.exclude(**{f"{kind}_text": ""}):
            told = getattr(one, f"{kind}_text").strip()
            found = kept.get(told.upper()) or kept.get(told)
            if found:
                setattr(one, f"{kind}_id", found)
            else:
                one.rests_on = f"{one.rests_on} [{kind}: {told}]".strip()
            one.save()


class Migration(migrations.Migration):
    dependencies = [("suspects", "0001_initial"), ("networks", "0003_dens_known")]

    operations = [
        *(migrations.RenameField("suspect", kind, f"{kind}_text") for kind in ("gang", "den")),
        *(
            migrations.AddField(
                "suspect",
                kind,
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="suspects",
                    to=f"networks.{kind}",
                ),
            )
            for kind in ("gang", "den")
        ),
        migrations.RunPython(find_kept, migrations.RunPython.noop),
        *(migrations.RemoveField("suspect", f"{kind}_text") for kind in ("gang", "den")),
    ]
