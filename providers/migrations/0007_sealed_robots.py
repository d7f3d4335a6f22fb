"""Keys of chat robots are encrypted, and mails that mail servers hold up are noted."""

from django.db import migrations, models

from providers.keys import fingerprint
from providers.sealing import seal, unseal

SEALED_FOR = "chat-robots"


def seal_what_is_there(apps, schema_editor) -> None:
    """Encrypt each key, and overwrite the plain one before its column goes."""
    for robot in apps.get_model("providers", "ChatRobot").objects.all():
        robot.sealed_token = seal(robot.token, purpose=SEALED_FOR)
        robot.sealed_secret = seal(robot.secret, purpose=SEALED_FOR)
        robot.token_mark = fingerprint(robot.token)
        robot.token, robot.secret = "", ""
        robot.save()


def open_again(apps, schema_editor) -> None:
    for robot in apps.get_model("providers", "ChatRobot").objects.all():
        robot.token = unseal(robot.sealed_token, purpose=SEALED_FOR)
        robot.secret = unseal(robot.sealed_secret, purpose=SEALED_FOR)
        robot.save()


class Migration(migrations.Migration):

    dependencies = [
        ("providers", "0006_notice_kinds"),
    ]

    operations = [
        migrations.AddField(
            model_name="dispatch",
            name="delayed_at",
            field=models.DateTimeField(null=True, verbose_name="held up since"),
        ),
        migrations.AddField(
            model_name="chatrobot",
            name="sealed_token",
            field=models.TextField(default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="chatrobot",
            name="sealed_secret",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="chatrobot",
            name="token_mark",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        # Before the columns are emptied; taken back, they are constrained after they are filled.
        migrations.RemoveConstraint(model_name="chatrobot", name="one_robot_a_group"),
        migrations.RemoveConstraint(model_name="chatrobot", name="one_robot_an_office_group"),
        migrations.AlterField(
            model_name="chatrobot",
            name="token",
            field=models.CharField(default="", max_length=200),
        ),
        migrations.AlterField(
            model_name="chatrobot",
            name="secret",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.RunPython(seal_what_is_there, open_again),
        migrations.RemoveField(model_name="chatrobot", name="token"),
        migrations.RemoveField(model_name="chatrobot", name="secret"),
        migrations.AddConstraint(
            model_name="chatrobot",
            constraint=models.UniqueConstraint(
                fields=("team", "service", "token_mark"), name="one_robot_a_group"
            ),
        ),
        migrations.AddConstraint(
            model_name="chatrobot",
            constraint=models.UniqueConstraint(
                condition=models.Q(("team", None)),
                fields=("service", "token_mark"),
                name="one_robot_an_office_group",
            ),
        ),
    ]
