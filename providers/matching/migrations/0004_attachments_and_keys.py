"""Up to five attachments in the place of one photo; keys made anew; one-time codes."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.migrations.exceptions import IrreversibleError

import catalog.models.solutions

# What a photo is called that had no name of its own.
NAME = "照片"


def photos_to_attachments(apps, schema_editor) -> None:
    """Each stored photo becomes the one attachment of its request or draft; no file moves.

    A draft that was sent has handed its photo on.
    """
    attachment = apps.get_model("matching", "Attachment")
    owners = (
        ("request", apps.get_model("matching", "MatchRequest").objects.all()),
        ("draft", apps.get_model("matching", "RequestDraft").objects.filter(became=None)),
    )
    for owner, rows in owners:
        for row in rows.exclude(photo="").iterator():
            attachment.objects.create(
                **{owner: row}, file=row.photo.name, name=NAME, is_picture=True
            )


def attachments_to_photos(apps, schema_editor) -> None:
    """Put pictures back; what one photo cannot hold must be taken out by hand before.

    Raises:
        IrreversibleError: a request or draft has a PDF or more than one file.
    """
    attachment = apps.get_model("matching", "Attachment")
    owners = attachment.objects.values("request", "draft").annotate(many=models.Count("pk"))
    crowded = owners.order_by().filter(many__gt=1).exists()
    if crowded or attachment.objects.filter(is_picture=False).exists():
        raise IrreversibleError("Some attachments would be lost: PDFs, or several of one request.")
    for row in attachment.objects.select_related("request", "draft").iterator():
        owner = row.request or row.draft
        owner.photo = row.file.name
        owner.save(update_fields=["photo"])


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0003_work"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                (
                    "file",
                    models.FileField(
                        storage=catalog.models.solutions.private_storage,
                        upload_to="requests/",
                        verbose_name="file",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("is_picture", models.BooleanField(verbose_name="picture")),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "draft",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="matching.requestdraft",
                        verbose_name="draft",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="matching.matchrequest",
                        verbose_name="request",
                    ),
                ),
            ],
            options={
                "verbose_name": "attachment of a request",
                "verbose_name_plural": "attachments of requests",
                "ordering": ["added_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("draft__isnull", False), ("request", None)),
                            models.Q(("draft", None), ("request__isnull", False)),
                            _connector="OR",
                        ),
                        name="attachment_has_one_owner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file", ""), _negated=True),
                            models.Q(("name", ""), _negated=True),
                        ),
                        name="attachment_is_a_named_file",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OneTimeCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_by", models.CharField(max_length=64, unique=True)),
                ("code_hash", models.CharField(max_length=64)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="one_time_codes",
                        to="matching.matchrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "one-time code",
                "verbose_name_plural": "one-time codes",
                "ordering": ["made_at", "pk"],
            },
        ),
        migrations.AddField(
            model_name="matchrequest",
            name="keys_renewed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="matchrequest",
            name="keys_renewed_in",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.RunPython(photos_to_attachments, attachments_to_photos),
        migrations.RemoveConstraint(
            model_name="matchrequest",
            name="erased_request_names_nobody",
        ),
        migrations.RemoveField(model_name="matchrequest", name="photo"),
        migrations.RemoveField(model_name="requestdraft", name="photo"),
        migrations.AddConstraint(
            model_name="matchrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("erased_at", None),
                    models.Q(
                        ("company", ""),
                        ("contact_name", ""),
                        ("email", ""),
                        ("phone", ""),
                        ("uscc", ""),
                    ),
                    _connector="OR",
                ),
                name="erased_request_names_nobody",
            ),
        ),
    ]
