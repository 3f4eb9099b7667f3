from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("networks", "0003_dens_known")]

    operations = [
        migrations.AddField(model_name=name, name="found_at", field=models.DateTimeField(null=True))
        for name in ("gang", "den")
    ]
