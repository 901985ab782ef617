"""The models of bench/layer-steps.mjs in Keras on TensorFlow; the protocol is bench/lib/contender.mjs's.

Keras' own layers, the whole step compiled by tf.function; `--xla` compiles it with XLA as well. Adam's epsilon is that
of the others.
"""
import json
import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import keras
import numpy as np
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
tf.config.threading.set_inter_op_parallelism_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
XLA = "--xla" in sys.argv
layers = keras.layers


def lstm_weights(given, directions):
    return [
        value
        for d in range(directions)
        for value in (given[f"weight_ih.{d}"].T, given[f"weight_hh.{d}"].T, given[f"bias.{d}"])
    ]


def bilstm(sizes, given):
    x = keras.Input((sizes["time"], sizes["inputs"]))
    layer = layers.Bidirectional(layers.LSTM(sizes["hidden"], return_sequences=True))
    model = keras.Model(x, layer(x))
    layer.set_weights(lstm_weights(given, 2))
    data = tf.constant(given["x"].transpose(1, 0, 2))

    def step():
        with tf.GradientTape() as tape:
            tape.watch(data)
            loss = tf.reduce_mean(tf.reduce_sum(tf.square(model(data, training=True)), 2))
        dx, gradients = tape.gradient(loss, [data, model.trainable_variables])
        return loss, gradients, dx

    return model, step


def char_lstm(sizes, given):
    x = keras.Input((sizes["time"],), dtype="int32")
    embedding = layers.Embedding(sizes["characters"], sizes["inputs"])
    lstm = layers.LSTM(sizes["hidden"], return_sequences=True)
    output = layers.Dense(sizes["tags"])
    model = keras.Model(x, output(lstm(embedding(x))))
    embedding.set_weights([given["embedding"]])
    lstm.set_weights(lstm_weights(given, 1))
    output.set_weights([given["output.weight"].T, given["output.bias"]])
    ids, gold = tf.constant(given["ids"].T), tf.constant(given["gold"].T)

    def step():
        with tf.GradientTape() as tape:
            logits = model(ids, training=True)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(gold, logits))
        return loss, tape.gradient(loss, model.trainable_variables), ()

    return model, step


MODELS = {"bilstm": bilstm, "char-lstm": char_lstm}


def read(path, tensors):
    raw = np.fromfile(path, dtype=np.uint8)
    out = {}
    for entry in tensors:
        length = int(np.prod(entry["shape"])) * 4
        out[entry["name"]] = (
            raw[entry["offset"]:entry["offset"] + length].view(entry["type"]).reshape(entry["shape"]).copy()
        )
    return out


update = None
for line in sys.stdin:
    command = json.loads(line)
    if command["do"] == "load":
        model, step = MODELS[command["model"]](command["sizes"], read(command["file"], command["tensors"]))
        optimiser = keras.optimizers.Adam(command["learningRate"], epsilon=1e-8)
        optimiser.build(model.trainable_variables)

        def whole_step():
            loss, gradients, rest = step()
            optimiser.apply(gradients, model.trainable_variables)
            return loss, rest

        update = tf.function(whole_step, jit_compile=XLA)
        answer = {"version": f"Keras {keras.__version__} on TensorFlow {tf.__version__}" + (" with XLA" if XLA else "")}
    else:
        seconds, losses = [], []
        for _ in range(command["steps"]):
            began = time.perf_counter()
            losses.append(float(update()[0]))
            seconds.append(time.perf_counter() - began)
        answer = {"seconds": seconds, "losses": losses}
    print(json.dumps(answer), flush=True)
