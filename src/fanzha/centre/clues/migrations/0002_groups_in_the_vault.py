"""Groups, places and IMSIs of older clues stood in clear; they lead to people, and go into the vault like every other identifier."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from fanzha.centre.cases.actions.recording import token_of

KINDS = ("group", "address", "imsi")


def put_away(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001  (what Django hands in)
    """Put a token in the place of each clear identifier; one that is a token already stays."""
    for clue in apps.get_model("clues", "Clue").objects.filter(kind__in=KINDS).exclude(token=""):
        token = token_of(clue.kind, clue.token)
        if token != clue.token:
            clue.token = token
            clue.save(update_fields=["token"])


class Migration(migrations.Migration):
    dependencies = [("clues", "0001_initial"), ("access", "0003_raterow")]

    operations = [migrations.RunPython(put_away, migrations.RunPython.noop)]
