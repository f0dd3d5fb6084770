from django.db import migrations, models



class Migration(migrations.Migration):

    dependencies = [("stacks", "0009_own_words_stages_and_times")]

    operations = [
        migrations.RemoveField(
            model_name='historicalsource',
            name='first_party',
        ),
        migrations.RemoveField(
            model_name='source',
            name='first_party',
        ),
        migrations.AddConstraint(
            model_name='company',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='company_is_not_its_own_parent', violation_error_message='A company does not belong to itself.'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('stage', ''), ('usage__isnull', False), _connector='OR'), name='evidence_stage_is_of_a_usage', violation_error_message='Only the evidence of a usage has a stage.'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(fields=('usage', 'source', 'edition_on', 'quote', 'locator'), name='evidence_once_per_usage', violation_error_message='This evidence is here already: the same source, edition, quote and place.'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(fields=('migration', 'source', 'edition_on', 'quote', 'locator'), name='evidence_once_per_migration', violation_error_message='This evidence is here already: the same source, edition, quote and place.'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(fields=('company', 'source', 'edition_on', 'quote', 'locator'), name='evidence_once_per_company', violation_error_message='This evidence is here already: the same source, edition, quote and place.'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.UniqueConstraint(fields=('url_key',), name='one_source_per_address', violation_error_message='This address is a source already: use that one.'),
        ),
        migrations.AddConstraint(
            model_name='usage',
            constraint=models.UniqueConstraint(condition=models.Q(('ended', ''), models.Q(('stage', 'retired'), _negated=True), models.Q(('state', 'retracted'), _negated=True)), fields=('company', 'technology', 'category', 'scope_key'), name='one_open_usage', violation_error_message='This company has an open usage of this technology in this category and scope: add the purpose there.'),
        ),
        migrations.AddIndex(
            model_name='usage',
            index=models.Index(condition=models.Q(('visible', True)), fields=['last_said', 'id'], name='usage_by_last_said'),
        ),
    ]
