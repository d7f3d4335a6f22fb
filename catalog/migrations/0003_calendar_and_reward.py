"""The calendar's corrections, and reward tiers as part of a dated policy.

A site's tiers become those of a first version. It is a draft and hidden, so that an update alone
puts no figures before the public.
"""


import django.core.validators
import django.db.models.deletion
import modelcluster.fields
import wagtail.models.preview
from decimal import Decimal
from django.db import migrations, models


def to_first_version(apps, schema_editor):
    old = list(apps.get_model('catalog', 'RewardTier').objects.order_by('level_min'))
    if not old:
        return
    policy = apps.get_model('catalog', 'RewardPolicy').objects.create(
        name='征求意见稿',
        source='依据数字化转型实施方案（征求意见稿）整理，以正式印发的文件为准。',
    )
    tiers = apps.get_model('catalog', 'NewRewardTier').objects
    for tier in old:
        tiers.create(policy=policy, level_min=tier.level_min, cap_wan=tier.cap_wan)


def from_newest_version(apps, schema_editor):
    """Back to one set of tiers: those of the version that was made last."""
    policy = apps.get_model('catalog', 'RewardPolicy').objects.order_by('-pk').first()
    if policy is None:
        return
    tiers = apps.get_model('catalog', 'RewardTier').objects
    for tier in apps.get_model('catalog', 'NewRewardTier').objects.filter(policy=policy):
        tiers.create(code=f'L{tier.level_min}', level_min=tier.level_min, cap_wan=tier.cap_wan)


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_withdrawal_evidence_advertising'),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(unique=True, verbose_name='day')),
                ('is_working_day', models.BooleanField(default=False, help_text='Ticked: a make-up working day. Not ticked: a holiday.', verbose_name='working day')),
                ('note', models.CharField(blank=True, help_text='For example the holiday, or the announcement that moves the day.', max_length=100, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'calendar day',
                'verbose_name_plural': 'calendar days',
                'ordering': ['-date'],
            },
        ),
        migrations.CreateModel(
            name='RewardPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='Shown with every result.', max_length=80, verbose_name='name of the version')),
                ('is_draft', models.BooleanField(default=True, help_text='Not final: every result says so.', verbose_name='draft')),
                ('effective_on', models.DateField(blank=True, help_text='Needed unless it is a draft.', null=True, verbose_name='in force from')),
                ('is_page_shown', models.BooleanField(default=False, help_text='Otherwise the page and its data answer as if they did not exist.', verbose_name='show the estimate to the public')),
                ('basis', models.CharField(choices=[('cumulative', 'cumulative (both projects added)'), ('incremental', 'incremental (second project only)')], default='cumulative', help_text='Whoever asks may compare with the other basis.', max_length=11, verbose_name='investment at a second rise')),
                ('certificate_share', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='paid once the certificate is issued (%)')),
                ('target_level', models.PositiveSmallIntegerField(default=6, help_text='Rewarded levels below it are marked as short of the goal.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)], verbose_name='level that the pilot aims at')),
                ('source', models.CharField(help_text='The document that the rules are taken from, in one sentence.', max_length=200, verbose_name='source')),
                ('disclaimer', models.TextField(blank=True, help_text='Stands under every result. Empty: the site’s own words.', max_length=400, verbose_name='disclaimer')),
            ],
            options={
                'verbose_name': 'reward policy',
                'verbose_name_plural': 'reward policies',
                'ordering': [models.OrderBy(models.F('effective_on'), descending=True, nulls_first=True), '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('is_draft', True), ('effective_on__isnull', False), _connector='OR'), name='reward_in_force_from_a_day', violation_error_message='Say from which day on it is in force.'), models.CheckConstraint(condition=models.Q(('certificate_share__gte', 0), ('certificate_share__lte', 100)), name='reward_share_is_a_percentage')],
            },
            bases=(wagtail.models.preview.PreviewableMixin, models.Model),
        ),
        migrations.CreateModel(
            name='NewRewardTier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('policy', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='tiers', to='catalog.rewardpolicy', verbose_name='reward policy')),
                ('level_min', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)], verbose_name='from level')),
                ('cap_wan', models.DecimalField(decimal_places=4, max_digits=12, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='at most (10,000 yuan)')),
            ],
            options={
                'verbose_name': 'reward tier',
                'verbose_name_plural': 'reward tiers',
                'ordering': ['level_min'],
                'constraints': [models.UniqueConstraint(fields=('policy', 'level_min'), name='one_reward_tier_a_level', violation_error_message='Each level has one tier.')],
            },
        ),
        migrations.RunPython(to_first_version, from_newest_version),
        migrations.DeleteModel(name='RewardTier'),
        migrations.RenameModel(old_name='NewRewardTier', new_name='RewardTier'),
    ]
