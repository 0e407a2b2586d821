from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0002_topic_ended')]

    initial = False

    operations = [
        ops.RemoveIndex(
            model_name='Concern',
            name=None,
            fields=['community_id', 'state', 'said_at', 'visibility', 'held'],
        ),
        ops.RemoveIndex(
            model_name='Concern',
            name=None,
            fields=['community_id', 'state', 'category', 'visibility', 'held'],
        ),
        ops.AddIndex(
            model_name='Concern',
            index=Index(fields=['community_id', 'state', 'visibility', 'held', 'said_at']),
        ),
        ops.AddIndex(
            model_name='Concern',
            index=Index(fields=['community_id', 'state', 'visibility', 'held', 'number']),
        ),
        ops.AddIndex(
            model_name='Concern',
            index=Index(fields=['community_id', 'state', 'category', 'visibility', 'held', 'number']),
        ),
        ops.RemoveIndex(
            model_name='Topic',
            name=None,
            fields=['community_id', 'state', 'number'],
        ),
        ops.RemoveIndex(
            model_name='Topic',
            name=None,
            fields=['community_id', 'kind', 'state', 'number'],
        ),
        ops.RemoveIndex(
            model_name='Topic',
            name=None,
            fields=['community_id', 'category', 'kind', 'state', 'number'],
        ),
        ops.AddField(
            model_name='Topic',
            name='private',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddIndex(
            model_name='Topic',
            index=Index(fields=['community_id', 'private', 'state', 'number']),
        ),
        ops.AddIndex(
            model_name='Topic',
            index=Index(fields=['community_id', 'private', 'category', 'state', 'number']),
        ),
        ops.AddIndex(
            model_name='Topic',
            index=Index(fields=['community_id', 'private', 'kind', 'state', 'number']),
        ),
        ops.AddIndex(
            model_name='Topic',
            index=Index(fields=['community_id', 'private', 'category', 'kind', 'state', 'number']),
        ),
    ]
