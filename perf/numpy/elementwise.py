"""Activations, softmax and its loss in NumPy. Everything is written into arrays that exist before."""
import functools
import math

import numpy as np

from splitmix64 import SplitMix64


@functools.lru_cache(maxsize=4)
def problem(rows, columns, dtype):
    """The operands of OperationOperands.cs."""
    random = SplitMix64(1)
    x = (4 * (2 * random.doubles(rows * columns) - 1)).astype(dtype).reshape(rows, columns)
    gradient = (2 * random.doubles(rows * columns) - 1).astype(dtype).reshape(rows, columns)
    classes = (random.doubles(rows) * columns).astype(np.intp)
    return x, gradient, classes


class Operation:
    def __init__(self, words, set_threads):
        set_threads(1)
        operation, pass_, rows, columns, precision = words.split(" ")
        self.name = operation + ("Backward" if pass_ == "Backward" else "")
        dtype = self.dtype = np.float32 if precision == "Float32" else np.float64
        self.tolerance = 4e-6 if precision == "Float32" else 4e-14
        self.x, self.g, self.classes = problem(int(rows), int(columns), dtype)
        self.y, self.t, self.u = (np.empty_like(self.x) for _ in range(3))
        self.column = np.empty((int(rows), 1), dtype)
        self.index = np.arange(int(rows))
        self.zero, self.half, self.one = dtype(0), dtype(0.5), dtype(1)
        self.root, self.cubic = dtype(math.sqrt(2 / math.pi)), dtype(0.044715)
        self.loss = None
        if self.name == "SigmoidBackward":
            self.saved = 1 / (1 + np.exp(-self.x))
        elif self.name == "TanhBackward":
            self.saved = np.tanh(self.x)
        elif self.name == "ReLUBackward":
            self.saved = np.maximum(self.x, 0)
        if self.name == "ReLUInPlace":
            np.copyto(self.y, self.x)
        self.call = getattr(self, self.name)

    def run(self, calls):
        call = self.call
        for _ in range(calls):
            call()

    def results(self):
        self.call()
        return [self.y] if self.loss is None else [np.array([self.loss]), self.y]

    def Exp(self):
        np.exp(self.x, out=self.y)

    def Sigmoid(self):
        np.negative(self.x, out=self.y)
        np.exp(self.y, out=self.y)
        np.add(self.y, self.one, out=self.y)
        np.divide(self.one, self.y, out=self.y)

    def Tanh(self):
        np.tanh(self.x, out=self.y)

    def GeluTanh(self):
        x, y = self.x, self.y
        np.multiply(x, x, out=y)
        np.multiply(y, self.cubic, out=y)
        np.add(y, self.one, out=y)
        np.multiply(y, x, out=y)
        np.multiply(y, self.root, out=y)
        np.tanh(y, out=y)
        np.add(y, self.one, out=y)
        np.multiply(y, x, out=y)
        np.multiply(y, self.half, out=y)

    def ReLU(self):
        np.maximum(self.x, self.zero, out=self.y)

    def ReLUInPlace(self):
        np.maximum(self.y, self.zero, out=self.y)

    def SigmoidBackward(self):
        np.subtract(self.one, self.saved, out=self.y)
        np.multiply(self.y, self.saved, out=self.y)
        np.multiply(self.y, self.g, out=self.y)

    def TanhBackward(self):
        np.multiply(self.saved, self.saved, out=self.y)
        np.subtract(self.one, self.y, out=self.y)
        np.multiply(self.y, self.g, out=self.y)

    def ReLUBackward(self):
        np.greater(self.saved, self.zero, out=self.y)
        np.multiply(self.y, self.g, out=self.y)

    def GeluTanhBackward(self):
        x, y, t, u = self.x, self.y, self.t, self.u
        np.multiply(x, x, out=u)
        np.multiply(u, self.cubic, out=u)
        np.add(u, self.one, out=t)
        np.multiply(t, x, out=t)
        np.multiply(t, self.root, out=t)
        np.tanh(t, out=t)
        np.multiply(u, 3, out=u)
        np.add(u, self.one, out=u)
        np.multiply(u, self.root, out=u)
        np.multiply(t, t, out=y)
        np.subtract(self.one, y, out=y)
        np.multiply(y, u, out=y)
        np.multiply(y, x, out=y)
        np.add(y, t, out=y)
        np.add(y, self.one, out=y)
        np.multiply(y, self.half, out=y)
        np.multiply(y, self.g, out=y)

    def Softmax(self):
        np.max(self.x, axis=1, keepdims=True, out=self.column)
        np.subtract(self.x, self.column, out=self.y)
        np.exp(self.y, out=self.y)
        np.sum(self.y, axis=1, keepdims=True, out=self.column)
        np.divide(self.y, self.column, out=self.y)

    def LogSoftmax(self):
        np.max(self.x, axis=1, keepdims=True, out=self.column)
        np.subtract(self.x, self.column, out=self.y)
        np.exp(self.y, out=self.t)
        np.sum(self.t, axis=1, keepdims=True, out=self.column)
        np.log(self.column, out=self.column)
        np.subtract(self.y, self.column, out=self.y)

    def SoftmaxCrossEntropy(self):
        np.max(self.x, axis=1, keepdims=True, out=self.column)
        np.subtract(self.x, self.column, out=self.y)
        chosen = self.y[self.index, self.classes]
        np.exp(self.y, out=self.y)
        np.sum(self.y, axis=1, keepdims=True, out=self.column)
        self.loss = float(np.mean(np.log(self.column[:, 0]) - chosen))
        np.multiply(self.column, self.column.dtype.type(len(self.index)), out=self.column)
        np.divide(self.y, self.column, out=self.y)
        self.y[self.index, self.classes] -= self.one / self.one.dtype.type(len(self.index))


prepare = Operation
