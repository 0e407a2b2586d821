from tortoise import migrations
from tortoise.migrations import operations as ops
from models.tables.moment import Moment
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0005_paper_scans')]

    initial = False

    operations = [
        ops.AddField(
            model_name='SealedBallot',
            name='at',
            field=Moment(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='SealedBallot',
            name='by',
            field=fields.ForeignKeyField('models.Resident', source_field='by_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddIndex(
            model_name='SealedBallot',
            index=Index(fields=['by_id']),
        ),
    ]
