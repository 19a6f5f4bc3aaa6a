"""Keeps a small Parquet dataset in a bucket by pyarrow; prints what it saw as JSON.

usage: parquet-dataset.py write|read|delete|describe BUCKET
"""

import json
import sys

import pyarrow as pa
import pyarrow.dataset as ds
from arrow_s3 import connect

action, bucket = sys.argv[1:]
s3 = connect()
root = f"{bucket}/measurements"


def write():
    cities = ["Fulda", "Hof", "Köln"] * 1000
    table = pa.table({"city": cities, "day": range(3000), "value": [day / 2 for day in range(3000)]})
    ds.write_dataset(
        table, root, filesystem=s3, format="parquet", partitioning=["city"], partitioning_flavor="hive"
    )


def read():
    dataset = ds.dataset(root, filesystem=s3, partitioning="hive")
    values = dataset.to_table(columns=["value"], filter=ds.field("city") == "Köln")["value"]
    return {"files": len(dataset.files), "rows": len(values), "sum": sum(values.to_pylist())}


def describe():
    path = f"{bucket}/described"
    with s3.open_output_stream(path, metadata={"Content-Type": "text/x-measured", "Cache-Control": "max-age=60"}) as out:
        out.write(b"text")
    with s3.open_input_stream(path) as stream:
        return {name: value.decode() for name, value in stream.metadata().items()}


ACTIONS = {"write": write, "read": read, "delete": lambda: s3.delete_dir(root), "describe": describe}
print(json.dumps(ACTIONS[action]()))
