from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0003_private_topics')]

    initial = False

    operations = [
        ops.AddIndex(
            model_name='Opinion',
            index=Index(fields=['community_id', 'taken']),
        ),
    ]
