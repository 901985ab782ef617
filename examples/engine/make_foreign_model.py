"""Writes foreign-model.onnx as PyTorch's exporter would: the weights of linear layers are transposed and have numbers for
names, biases keep theirs, nodes are named by their place.

    pip install onnx==1.23.2
    python examples/engine/make_foreign_model.py
"""
import os
import random

from onnx import TensorProto, checker, helper

draw = random.Random(5)


def initializer(name, shape, bound):
    count = 1
    for size in shape:
        count *= size
    return helper.make_tensor(name, TensorProto.FLOAT, shape, [draw.uniform(-bound, bound) for _ in range(count)])


nodes = [
    helper.make_node("MatMul", ["x", "onnx::MatMul_17"], ["/hidden/MatMul_output_0"], "/hidden/MatMul"),
    helper.make_node("Add", ["hidden.bias", "/hidden/MatMul_output_0"], ["/hidden/Add_output_0"], "/hidden/Add"),
    helper.make_node("Tanh", ["/hidden/Add_output_0"], ["/Tanh_output_0"], "/Tanh"),
    helper.make_node("MatMul", ["/Tanh_output_0", "onnx::MatMul_18"], ["/head/MatMul_output_0"], "/head/MatMul"),
    helper.make_node("Add", ["head.bias", "/head/MatMul_output_0"], ["y"], "/head/Add"),
]
graph = helper.make_graph(
    nodes,
    "main_graph",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 2])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 2])],
    [
        initializer("hidden.bias", [8], 0.7),
        initializer("head.bias", [2], 0.35),
        initializer("onnx::MatMul_17", [2, 8], 0.7),
        initializer("onnx::MatMul_18", [8, 2], 0.35),
    ],
)
model = helper.make_model(graph, producer_name="pytorch", opset_imports=[helper.make_opsetid("", 13)])
model.ir_version = 7
checker.check_model(model)
with open(os.path.join(os.path.dirname(__file__), "foreign-model.onnx"), "wb") as file:
    file.write(model.SerializeToString())
