"""The assignment's program in NumPy, for whole batches: matmul, sigmoid or ReLU, softmax cross-entropy or squared error, in-place SGD.

Everything is written into arrays that exist before: nothing is allocated but what NumPy needs for itself.
"""
import functools
import math

import numpy as np

from splitmix64 import SplitMix64

LEARNING_RATE = np.float32(0.002)
ZERO, HALF, ONE = np.float32(0), np.float32(0.5), np.float32(1)
STEPS = 5


@functools.lru_cache(maxsize=4)
def problem(widths, batch):
    """The operands of NetworkRow.cs."""
    random = SplitMix64(1)

    def uniform(shape, low, high):
        return (low + (high - low) * random.doubles(math.prod(shape))).astype(np.float32).reshape(shape)

    parameters = []
    for inputs, outputs in zip(widths, widths[1:]):
        bound = math.sqrt(6.0 / (inputs + outputs))
        parameters += uniform((inputs, outputs), -bound, bound), uniform((outputs,), -0.5, 0.5)
    x = uniform((batch, widths[0]), 0.0, 1.0)
    classes = (random.doubles(batch) * widths[-1]).astype(np.intp)
    values = uniform((batch, widths[-1]), 0.0, 1.0)
    return parameters, x, classes, values


class Network:
    dtype, tolerance = np.float32, 1e-3

    def __init__(self, row, set_threads):
        set_threads(row["Threads"])
        self.widths = tuple(int(width) for width in row["Network"].split("-"))
        self.sigmoid = row["Activation"] == "Sigmoid"
        self.batch, self.passes = row["Batch"], row["Pass"]
        self.first, self.x, self.classes, self.values = problem(self.widths, self.batch)
        self.rows = np.arange(self.batch)

        # One flat array of parameters and one of gradients, so that an update is one operation for all.
        size = sum(part.size for part in self.first)
        self.parameters, self.gradients, self.scaled = (np.empty(size, np.float32) for _ in range(3))
        self.parts, self.gradient_parts = self.views(self.parameters), self.views(self.gradients)
        self.weights, self.biases = self.parts[::2], self.parts[1::2]
        self.weight_gradients, self.bias_gradients = self.gradient_parts[::2], self.gradient_parts[1::2]
        self.activations, self.deltas = ([np.empty((self.batch, width), np.float32) for width in self.widths[1:]] for _ in range(2))
        self.slopes = [np.empty((self.batch, width), np.float32 if self.sigmoid else np.bool_) for width in self.widths[1:-1]]
        self.column = np.empty((self.batch, 1), np.float32)
        self.reset()

    def views(self, flat):
        ends = np.cumsum([part.size for part in self.first])
        return [part.reshape(first.shape) for part, first in zip(np.split(flat, ends[:-1]), self.first)]

    def reset(self):
        """Restores the first parameters."""
        for own, first in zip(self.parts, self.first):
            own[...] = first

    def forward(self):
        a = self.x
        for layer, (w, b, z) in enumerate(zip(self.weights, self.biases, self.activations)):
            np.dot(a, w, out=z)
            z += b
            if layer < len(self.activations) - 1:
                if self.sigmoid:
                    # sigmoid(z) = (1 + tanh(z/2)) / 2: the same passes as with exp, but NumPy's tanh is twice as fast.
                    z *= HALF
                    np.tanh(z, out=z)
                    z += ONE
                    z *= HALF
                else:
                    np.maximum(z, ZERO, out=z)
            a = z
        return a

    def loss_and_delta(self, z):
        """The mean loss; its gradient into the last delta."""
        delta = self.deltas[-1]
        if self.widths[-1] == 1:
            np.subtract(z, self.values, out=delta)
            loss = 0.5 * np.vdot(delta, delta) / delta.size
            delta /= delta.size
            return loss
        np.maximum.reduce(z, axis=1, keepdims=True, out=self.column)
        np.subtract(z, self.column, out=z)
        np.exp(z, out=delta)
        np.add.reduce(delta, axis=1, keepdims=True, out=self.column)
        loss = (np.log(self.column).sum() - z[self.rows, self.classes].sum()) / self.batch
        np.multiply(self.column, self.batch, out=self.column)
        delta /= self.column
        delta[self.rows, self.classes] -= 1 / self.batch
        return loss

    def forward_backward(self):
        loss = self.loss_and_delta(self.forward())
        for layer in range(len(self.weights) - 1, -1, -1):
            delta = self.deltas[layer]
            a = self.activations[layer - 1] if layer > 0 else self.x
            np.dot(a.T, delta, out=self.weight_gradients[layer])
            np.add.reduce(delta, axis=0, out=self.bias_gradients[layer])
            if layer > 0:
                previous, slope = self.deltas[layer - 1], self.slopes[layer - 1]
                np.dot(delta, self.weights[layer].T, out=previous)
                if self.sigmoid:
                    np.subtract(ONE, a, out=slope)
                    slope *= a
                else:
                    np.greater(a, ZERO, out=slope)
                previous *= slope
        return loss

    def step(self):
        loss = self.forward_backward()
        np.multiply(self.gradients, LEARNING_RATE, out=self.scaled)
        self.parameters -= self.scaled
        return loss

    def run(self, calls):
        call = {"Forward": self.forward, "ForwardBackward": self.forward_backward, "Step": self.step}[self.passes]
        for _ in range(calls):
            call()

    def results(self):
        """What is compared (NetworkPasses.cs)."""
        self.reset()
        if self.passes == "Forward":
            return [self.forward()]
        if self.passes == "ForwardBackward":
            return [np.array([self.forward_backward()]), *self.gradient_parts]
        return [np.array([self.step()]) for _ in range(STEPS)]


prepare = Network
