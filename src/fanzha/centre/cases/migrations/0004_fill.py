from django.db import migrations


def fill(apps, schema_editor):  # noqa: ARG001
    """What cases of before this register tell of themselves: whose they are, the last act, the filing."""
    for case in apps.get_model("cases", "Case").objects.select_related("order"):
        case.acted_at = case.classed_at = case.reported_at
        case.filed_at = case.reported_at if case.state == "filed" else None
        case.victim, case.place = (case.order.subject, case.order.place) if case.order else ("", "")
        case.unit = case.order.unit if case.order else "city"
        case.save()
        work = apps.get_model("cases", "WorkItem")
        for kind in ("statement", "first_layer_funds", "calls", "devices"):
            work.objects.create(case=case, kind=kind)


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_records")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
