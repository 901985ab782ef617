"""The models of bench/layer-steps.mjs in Keras on TensorFlow; the protocol is bench/lib/contender.mjs's.

Keras' own layers, the whole step compiled by tf.function; `--xla` compiles it with XLA as well. Adam's epsilon acts as
in the others.
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


def exact_gelu(x):
    return keras.activations.gelu(x, approximate=False)


def transformer(sizes, given):
    width, heads = sizes["inputs"], sizes["heads"]
    x = keras.Input((sizes["time"], width))
    parts, y = [], x
    for i in range(sizes["layers"]):
        attention = layers.MultiHeadAttention(heads, width // heads)
        first, second = layers.LayerNormalization(epsilon=1e-5), layers.LayerNormalization(epsilon=1e-5)
        hidden = layers.Dense(sizes["feedForward"], activation=exact_gelu)
        transformed = layers.Dense(width)
        y = first(y + attention(y, y))
        y = second(y + transformed(hidden(y)))
        parts.append((attention, hidden, transformed))
    output = layers.Dense(sizes["tags"])
    model = keras.Model(x, output(y))
    for i, (attention, hidden, transformed) in enumerate(parts):
        kernels = [part.reshape(width, heads, -1) for part in np.split(given[f"{i}.qkv.weight"], 3, 1)]
        biases = [part.reshape(heads, -1) for part in np.split(given[f"{i}.qkv.bias"], 3)]
        inputs = [value for pair in zip(kernels, biases) for value in pair]
        joined = given[f"{i}.attended.weight"].reshape(heads, -1, width)
        # Keras keeps its variables in the order query, key, value, as here.
        attention.set_weights([*inputs, joined, given[f"{i}.attended.bias"]])
        for name, layer in {"hidden": hidden, "transformed": transformed}.items():
            layer.set_weights([given[f"{i}.{name}.weight"], given[f"{i}.{name}.bias"]])
    output.set_weights([given["output.weight"], given["output.bias"]])
    data, gold = tf.constant(given["x"]), tf.constant(given["gold"])

    def step():
        with tf.GradientTape() as tape:
            tape.watch(data)
            logits = model(data, training=True)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(gold, logits))
        dx, gradients = tape.gradient(loss, [data, model.trainable_variables])
        return loss, gradients, dx

    return model, step


MODELS = {"bilstm": bilstm, "char-lstm": char_lstm, "transformer": transformer}


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
        optimizer = keras.optimizers.Adam(command["learningRate"], epsilon=1e-8)
        optimizer.build(model.trainable_variables)

        def whole_step():
            loss, gradients, rest = step()
            # Keras adds epsilon to the uncorrected root, the others to the corrected one.
            taken = tf.cast(optimizer.iterations + 1, tf.float32)
            optimizer.epsilon = 1e-8 * tf.sqrt(1 - tf.pow(0.999, taken))
            optimizer.apply(gradients, model.trainable_variables)
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
