from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_fill")]

    operations = [
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("filed", "investigating", "cleared", "prosecuted")), _negated=True),
                    ("filed_at__isnull", False),
                    _connector="OR",
                ),
                name="filed_when_it_says_so",
            ),
        ),
    ]
