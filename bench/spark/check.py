"""Tags a table with Apache Spark as `nerite spark` says, and compares every row with one `nerite pipe`.

    pip install pyspark     # needs Java 17
    python bench/spark/check.py --model runs/a --documents 20000 --kill

Runs a cluster of two executors on this machine. `--kill` ends one of the taggers in the middle, which Spark has to mend.
Prints one line, and exits with 1 if a row is missing, doubled or different.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

from pyspark.sql import SparkSession
from pyspark.sql.types import LongType, StringType, StructField, StructType

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PIECES = [
    "Ada Lovelace wrote to Charles Babbage from London.", "\n", "\t", "\r\n", "\u0001", "\u2028", "\U0001f600",
    "שלום", "e\u0301", '"', "\\", "'", "{", " ", "Siemens in Paris", "\u0000x", "\ufeff", "<b>Bob</b>",
]


def documents(count):
    """Ids beyond 2^53, and texts of all kinds: empty, none at all, huge."""
    draw = random.Random(7)
    for i in range(count):
        text = "".join(draw.choice(PIECES) for _ in range(draw.randrange(30)))
        if i % 97 == 0:
            text = None
        if i % 5000 == 4999:
            text = "Ada met Bob. " * 50_000
        yield (2**60 + i, text)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--model", required=True)
    options.add_argument("--documents", type=int, default=20_000)
    options.add_argument("--kill", action="store_true")
    args = options.parse_args()
    program = f"node {ROOT}/bin/nerite.js"
    model = os.path.abspath(args.model) if os.path.exists(args.model) else args.model
    rows = list(documents(args.documents))

    spark_sql = subprocess.run(
        [*program.split(), "spark", model, "--id", "doc_id", "--text", "body", "--program", program],
        check=True, capture_output=True, text=True).stdout
    query = spark_sql.split(";")[0].split(" AS\n", 1)[1]

    folder = tempfile.mkdtemp()
    spark = (SparkSession.builder.master("local-cluster[2,1,1024]").appName("nerite")
             .config("spark.ui.enabled", "false").config("spark.local.dir", folder)
             .config("spark.sql.warehouse.dir", folder).getOrCreate())
    spark.sparkContext.setLogLevel("OFF")
    schema = StructType([StructField("doc_id", LongType()), StructField("body", StringType())])
    spark.createDataFrame(rows, schema).repartition(8).createOrReplaceTempView("documents")
    killed = []
    if args.kill:
        threading.Thread(target=kill_one, args=(killed,), daemon=True).start()
    begun = time.time()
    found = {}
    doubled = 0
    for row in spark.sql(query).collect():
        doubled += row["id"] in found
        found[row["id"]] = row
    seconds = time.time() - begun
    spark.stop()

    records = "".join(json.dumps({"id": i, "text": text}) + "\n" for i, text in rows)
    lines = subprocess.run([*program.split(), "pipe", model, "--offsets", "codepoint"], input=records.encode(),
                           check=True, capture_output=True).stdout.decode().split("\n")[:-1]
    different = 0
    for line in lines:
        answer = json.loads(line)
        row = found.get(str(answer["id"]))
        entities = row and row["entities"] and [entity.asDict() for entity in row["entities"]]
        if row is None or row["error"] != answer.get("error") or (entities or []) != answer.get("entities", []):
            different += 1
    entities = sum(len(row["entities"] or []) for row in found.values())
    print(f"{len(found)} of {len(rows)} rows, {doubled} doubled, {different} different, {entities} entities, "
          f"{len(killed)} taggers killed, {seconds:.0f} s")
    return 0 if len(found) == len(rows) and doubled == different == 0 and entities > 0 and len(killed) == args.kill else 1


def kill_one(killed):
    """Ends the first tagger that has worked for two seconds."""
    while not killed:
        time.sleep(0.1)
        for line in subprocess.run(["ps", "-eo", "pid,etimes,args"], capture_output=True, text=True).stdout.split("\n"):
            parts = line.split(None, 2)
            if len(parts) == 3 and parts[2].startswith(f"node {ROOT}/bin/nerite.js pipe ") and int(parts[1]) >= 2:
                os.kill(int(parts[0]), signal.SIGKILL)
                killed.append(int(parts[0]))
                return


if __name__ == "__main__":
    sys.exit(main())
