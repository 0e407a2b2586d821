from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0004_opinions_that_wait')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Photo',
            name='paper',
            field=fields.ForeignKeyField('models.PaperBallot', source_field='paper_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE),
        ),
        ops.AddIndex(
            model_name='Photo',
            index=Index(fields=['paper_id']),
        ),
    ]
