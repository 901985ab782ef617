"""The BiLSTM-CNN-CRF tagger of bench/training-step.mjs in Keras on TensorFlow; the same as torch_tagger.py.

Keras' own layers with masks, the CRF a tf.scan over time, the whole step one tf.function whose batch and time are
symbolic, so that it is traced once. The protocol is bench/lib/contender.mjs's.
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

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 2
tf.config.threading.set_intra_op_parallelism_threads(THREADS)
tf.config.threading.set_inter_op_parallelism_threads(THREADS)
layers = keras.layers


class Tagger:
    def __init__(self, sizes, p):
        hidden, tags = sizes["hidden"], sizes["tags"]
        self.tables = [tf.Variable(p[t["name"]]) for t in sizes["tables"]]
        self.characters = tf.Variable(p["input.characters"])
        self.convolution = layers.Conv1D(sizes["filters"], 3, padding="same")
        self.convolution.build((None, None, sizes["characterDim"]))
        filters = p["input.characterFilters"].reshape(sizes["characterDim"], 3, -1)
        self.convolution.set_weights([filters.transpose(1, 0, 2), p["input.characterBias"]])
        inputs = sum(t["dim"] for t in sizes["tables"]) + sizes["filters"]
        self.lstm = layers.Bidirectional(layers.LSTM(hidden, return_sequences=True))
        self.lstm.build((None, None, inputs))
        weights = []
        for direction in range(2):
            # Gates i, f, o, g to Keras' i, f, g, o; columns recurrent, input, bias, padding flag.
            w = p["encoder.0.0.weight"][direction].reshape(4, hidden, -1)[[0, 1, 3, 2]].reshape(4 * hidden, -1)
            weights += [w[:, hidden:-2].T, w[:, :hidden].T, w[:, -2]]
        self.lstm.set_weights(weights)
        self.output = layers.Dense(tags)
        self.output.build((None, 2 * hidden))
        self.output.set_weights([p["decoder.weight"].T, p["decoder.bias"].ravel()])
        self.transitions = tf.Variable(p["decoder.transitions"])
        self.start = tf.Variable(p["decoder.start"].ravel())
        self.end = tf.Variable(p["decoder.end"].ravel())
        parts = [self.convolution, self.lstm, self.output]
        self.dense = [self.characters, self.transitions, self.start, self.end]
        self.dense += [variable.value for part in parts for variable in part.trainable_variables]

    def logits(self, ids, characters, place, mask, training):
        embedded = tf.gather(self.characters, characters)
        convolved = self.convolution(embedded) - 1e9 * tf.cast(characters == 0, tf.float32)[:, :, None]
        words = [tf.gather(table, own) for table, own in zip(self.tables, tf.unstack(ids, len(self.tables)))]
        x = tf.gather(tf.concat([*words, tf.reduce_max(convolved, 1)], 1), place)
        if training:
            x = tf.nn.dropout(x, 0.5)
        y = self.lstm(x, mask=mask)
        return self.output(tf.nn.dropout(y, 0.5) if training else y)

    def loss(self, ids, characters, place, mask, gold, training):
        emissions = self.logits(ids, characters, place, mask, training)
        alpha = self.start + emissions[:, 0]

        def step(alpha, at):
            own, is_token = at
            following = tf.reduce_logsumexp(alpha[:, :, None] + self.transitions, 1) + own
            return tf.where(is_token[:, None], following, alpha)

        by_time = (tf.transpose(emissions, [1, 0, 2])[1:], tf.transpose(mask)[1:])
        alpha = tf.cond(tf.shape(mask)[1] > 1, lambda: tf.scan(step, by_time, alpha)[-1], lambda: alpha)
        real = tf.cast(mask, tf.float32)
        lengths = tf.reduce_sum(tf.cast(mask, tf.int32), 1)
        path = tf.reduce_sum(tf.gather(emissions, gold, batch_dims=2) * real, 1)
        pairs = tf.stack([gold[:, :-1], gold[:, 1:]], 2)
        path += tf.reduce_sum(tf.gather_nd(self.transitions, pairs) * real[:, 1:], 1)
        last = tf.gather(gold, lengths - 1, batch_dims=1)
        path += tf.gather(self.start, gold[:, 0]) + tf.gather(self.end, last)
        return tf.reduce_mean(tf.reduce_logsumexp(alpha + self.end, 1) - path)


def collate(data, indices):
    sentences = [data["sentences"][i] for i in indices]
    steps, batch = max(len(s["forms"]) for s in sentences), len(sentences)
    place, gold = np.zeros((batch, steps), np.int32), np.zeros((batch, steps), np.int32)
    mask = np.zeros((batch, steps), bool)
    rows, forms = {}, []
    for b, s in enumerate(sentences):
        for t, form in enumerate(s["forms"]):
            if form not in rows:
                rows[form] = len(forms)
                forms.append(form)
            place[b, t] = rows[form]
        n = len(s["forms"])
        gold[b, :n], mask[b, :n] = s["tags"], True
    characters = [data["characters"][f] for f in forms]
    longest = max(map(len, characters))
    padded = np.array([c + [0] * (longest - len(c)) for c in characters], np.int32)
    ids = np.array([[data["ids"][f][k] for f in forms] for k in range(len(data["sizes"]["tables"]))], np.int32)
    return [tf.constant(part) for part in (ids, padded, place, mask, gold)]


SIGNATURE = [
    *[tf.TensorSpec([None, None], tf.int32)] * 3,
    tf.TensorSpec([None, None], tf.bool),
    tf.TensorSpec([None, None], tf.int32),
]
tagger, data, loss_of, update = None, None, None, None


def compile_steps():
    # Sparse gradients of tables change only their own rows, like lazy Adam.
    variables = [*tagger.dense, *tagger.tables]
    optimizer = tf.compat.v1.train.AdamOptimizer(0.0015)

    @tf.function(input_signature=SIGNATURE)
    def evaluate(*batch):
        return tagger.loss(*batch, training=False)

    @tf.function(input_signature=SIGNATURE)
    def train(*batch):
        with tf.GradientTape() as tape:
            loss = tagger.loss(*batch, training=True)
        gradients = tape.gradient(loss, variables)
        count = len(tagger.dense)
        clipped, _ = tf.clip_by_global_norm(gradients[:count], 5.0)
        optimizer.apply_gradients(zip([*clipped, *gradients[count:]], variables))
        return loss

    return evaluate, train


for line in sys.stdin:
    command = json.loads(line)
    if command["do"] == "load":
        with open(command["file"]) as file:
            data = json.load(file)
        parameters = {
            name: np.array(value["values"], np.float32).reshape(value["shape"])
            for name, value in data["parameters"].items()
        }
        tagger = Tagger(data["sizes"], parameters)
        loss_of, update = compile_steps()
        answer = {"version": f"Keras {keras.__version__} on TensorFlow {tf.__version__}"}
    elif command["do"] == "loss":
        answer = {"loss": float(loss_of(*collate(data, command["batch"])))}
    else:
        seconds = []
        for indices in command["batches"]:
            began = time.perf_counter()
            float(update(*collate(data, indices)))
            seconds.append(time.perf_counter() - began)
        answer = {"seconds": seconds}
    print(json.dumps(answer), flush=True)
