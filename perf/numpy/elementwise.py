"""Activations, softmax and its loss in NumPy. Everything is written into arrays that exist before."""
import functools
import math

import numpy as np

from splitmix64 import SplitMix64


@functools.lru_cache(maxsize=4)
def problem(rows, columns, dtype):
    """The operands of OperationRow.cs."""
    random = SplitMix64(1)
    x = (4 * (2 * random.doubles(rows * columns) - 1)).astype(dtype).reshape(rows, columns)
    gradient = (2 * random.doubles(rows * columns) - 1).astype(dtype).reshape(rows, columns)
    classes = (random.doubles(rows) * columns).astype(np.intp)
    return x, gradient, classes


# Each function as the calls of NumPy that compute it, every one "function operands > result", on the arrays and numbers of a row.
MAXIMA = "max x > maximum, subtract x maximum > y"
SUMS = "exp y > y, sum y > column"
INNER_TANH = "multiply {0} x > {0}, multiply {0} root > {0}, tanh {0} > {0}"
FUNCTIONS = {
    "Exp": "exp x > y",
    "Sigmoid": "negative x > y, exp y > y, add y one > y, divide one y > y",
    "SigmoidBackward": "subtract one saved > y, multiply y saved > y, multiply y g > y",
    "Tanh": "tanh x > y",
    "TanhBackward": "multiply saved saved > y, subtract one y > y, multiply y g > y",
    "ReLU": "maximum x zero > y",
    "ReLUInPlace": "maximum y zero > y",
    "ReLUBackward": "greater saved zero > y, multiply y g > y",
    "GeluTanh": f"multiply x x > y, multiply y cubic > y, add y one > y, {INNER_TANH.format('y')}, "
    "add y one > y, multiply y x > y, multiply y half > y",
    "GeluTanhBackward": f"multiply x x > u, multiply u cubic > u, add u one > t, {INNER_TANH.format('t')}, "
    "multiply u three > u, add u one > u, multiply u root > u, multiply t t > y, subtract one y > y, multiply y u > y, "
    "multiply y x > y, add y t > y, add y one > y, multiply y half > y, multiply y g > y",
    "Softmax": f"{MAXIMA}, {SUMS}, divide y column > y",
    "LogSoftmax": f"{MAXIMA}, exp y > t, sum t > column, log column > column, subtract y column > y",
    "SoftmaxCrossEntropy": f"{MAXIMA}, {SUMS}",
}


class Operation:
    def __init__(self, row, set_threads):
        set_threads(1)
        name, rows = row["Operation"], row["Rows"]
        dtype = self.dtype = np.dtype(row["Precision"].lower()).type
        self.tolerance = 4e-6 if dtype == np.float32 else 4e-14
        self.x, self.g, self.classes = problem(rows, row["Columns"], dtype)
        self.y, self.t, self.u = (self.x.copy() for _ in range(3))
        self.column, self.maximum = (np.empty((rows, 1), dtype) for _ in range(2))
        self.index = np.arange(rows)
        self.zero, self.half, self.one, self.three, self.count = (dtype(number) for number in (0, 0.5, 1, 3, rows))
        self.root, self.cubic = dtype(math.sqrt(2 / math.pi)), dtype(0.044715)
        self.is_loss = name == "SoftmaxCrossEntropy"
        if row["Pass"] == "Backward":
            self.calls = self.compiled(name)
            self.run(1)
            self.saved = self.y.copy()
            name += "Backward"
        self.calls = self.compiled(name)

    def compiled(self, name):
        """The calls of a function, each with its operands and its result."""
        calls = []
        for call in FUNCTIONS[name].split(", "):
            function, *operands, _, result = call.split(" ")
            operands = [getattr(self, operand) for operand in operands]
            result = getattr(self, result)
            is_of_rows = function in ("max", "sum")
            function = getattr(np, function)
            calls.append(
                functools.partial(function, *operands, axis=1, keepdims=True, out=result) if is_of_rows
                else functools.partial(function, *operands, result))
        return calls

    def run(self, calls):
        for _ in range(calls):
            for call in self.calls:
                call()
            if self.is_loss:
                self.finish_loss()

    def finish_loss(self):
        """From the exponentials and their sums: the mean loss, and its gradient in the place of the exponentials."""
        chosen = self.x[self.index, self.classes] - self.maximum[:, 0]
        self.loss = float(np.mean(np.log(self.column[:, 0]) - chosen))
        np.multiply(self.column, self.count, out=self.column)
        np.divide(self.y, self.column, out=self.y)
        self.y[self.index, self.classes] -= self.one / self.count

    def results(self):
        self.run(1)
        return [np.array([self.loss]), self.y] if self.is_loss else [self.y]


prepare = Operation
