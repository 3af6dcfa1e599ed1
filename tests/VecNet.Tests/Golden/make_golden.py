"""Makes the golden file of a function or a loss from its formula, where PyTorch is not at hand or its values are not wanted.

The inputs and the gradients that arrive are those of a file that PyTorch has made (silu.json, huber.json), so that all files have the same
cases. Values are computed with 800 digits and rounded to float64 once. Needs Python 3 and mpmath.

  python3 make_golden.py function NAME FORMULA DERIVATIVE [KINK ...]
      FORMULA and DERIVATIVE are Python expressions of x. At minus and plus infinity the values are 0 and infinity, the derivatives
      0 and 1, whatever the formula gives. Kinks become a case of their own.
  python3 make_golden.py loss NAME PARAMETER FORMULA DERIVATIVE
      FORMULA and DERIVATIVE are expressions of the difference d and of the parameter, which takes the values of huber.json's delta.
"""

import json
import os
import random
import sys

from mpmath import mp, mpf, exp, log, tanh, sign  # names that formulas may use

mp.dps = 800
FOLDER = os.path.dirname(os.path.abspath(__file__))


def number(value):
    """A float64 as golden files spell it."""
    value = float(value)
    return "NaN" if value != value else "Infinity" if value == float("inf") else "-Infinity" if value == -float("inf") else value


def tensor(shape, data):
    return {"shape": shape, "data": [number(value) for value in data]}


def template(name):
    with open(os.path.join(FOLDER, name)) as file:
        return json.load(file)


def write(name, description, cases):
    golden = {
        "op": name, "source": "the formula with 800 digits (make_golden.py), rounded to float64", "description": description,
        "tolerance": {"rtol": 1e-12, "atol": 1e-13}, "cases": cases,
    }
    with open(os.path.join(FOLDER, name + ".json"), "w") as file:
        file.write(text(golden) + "\n")


def text(value, indent=0):
    """JSON with each tensor in a line."""
    if isinstance(value, dict) and value and "shape" not in value:
        inner = ",\n".join(" " * (indent + 2) + json.dumps(key) + ": " + text(item, indent + 2) for key, item in value.items())
        return "{\n" + inner + "\n" + " " * indent + "}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(" " * (indent + 2) + text(item, indent + 2) for item in value) + "\n" + " " * indent + "]"
    return json.dumps(value)


def evaluate(formula, **names):
    if any(float(value) != float(value) for value in names.values()):
        return float("nan")
    return eval(formula, globals(), {name: mpf(value) for name, value in names.items()})


def function(name, formula, derivative, kinks):
    def at(x, of, left, right):
        return left if x == -float("inf") else right(x) if x == float("inf") else evaluate(of, x=x)

    def case(name, shape, x, upstream):
        y = [at(value, formula, 0, lambda value: value) for value in x]
        made = {
            "name": name, "params": {},
            "inputs": {"x": tensor(shape, x)}, "outputs": {"y": tensor(shape, y)}, "gradients": {}, "upstream": {},
        }
        if upstream is not None:
            slopes = [at(value, derivative, 0, lambda value: 1) for value in x]
            gradients = [float("nan") if float(slope) != float(slope) else mpf(g) * slope for g, slope in zip(upstream, slopes)]
            made["gradients"] = {"x": tensor(shape, gradients)}
            made["upstream"] = {"y": tensor(shape, upstream)}
        return made

    cases = []
    for old in template("silu.json")["cases"]:
        x, g = old["inputs"]["x"], old["upstream"].get("y")
        cases.append(case(old["name"], x["shape"], [float(v) for v in x["data"]], None if g is None else [float(v) for v in g["data"]]))
    cases.append(case("infinities", [1, 2], [-float("inf"), float("inf")], [0.75, -1.25]))
    if kinks:
        cases.append(case("at_kinks", [1, len(kinks)], kinks, [1.5] * len(kinks)))
    draw = random.Random(1)
    every_size = [draw.choice((-1, 1)) * 40 * 2.0 ** (-12 * draw.random()) for _ in range(400)]
    every_size += [draw.choice((-1, 1)) * 10.0 ** draw.uniform(-30, 30) for _ in range(100)]
    centers = kinks or [0.0]
    every_size += [
        center + draw.uniform(-1, 1) * 2.0 ** -draw.randrange(0, 45) for center in centers for _ in range(100 // len(centers))]
    cases.append(case("units_in_the_last_place", [1, len(every_size)], every_size, None))
    write(name, "y = " + formula + ", dy/dx = " + derivative, cases)


def loss(name, parameter, formula, derivative):
    cases = []
    for old in template("huber.json")["cases"]:
        value, reduction = old["params"]["delta"], old["params"]["reduction"]
        p, t = old["inputs"]["y_pred"], old["inputs"]["y_true"]
        upstream = old["upstream"].get("loss")
        differences = [mpf(float(a)) - mpf(float(b)) for a, b in zip(p["data"], t["data"])]
        each = [evaluate(formula, d=d, **{parameter: value}) for d in differences]
        slopes = [evaluate(derivative, d=d, **{parameter: value}) for d in differences]
        count = len(each) if reduction == "mean" else 1
        total = each if reduction == "none" else [sum(mpf(v) for v in each) / count]
        made = {
            "name": old["name"].replace("delta", parameter), "params": {parameter: value, "reduction": reduction},
            "inputs": old["inputs"], "outputs": {"loss": tensor(old["outputs"]["loss"]["shape"], total)},
            "gradients": {}, "upstream": old["upstream"],
        }
        if upstream is not None:
            arriving = [mpf(float(v)) for v in upstream["data"]]
            arriving = arriving if reduction == "none" else arriving * len(each)
            made["gradients"] = {"y_pred": tensor(p["shape"], [g * s / count for g, s in zip(arriving, slopes)])}
        cases.append(made)
    write(name, "l = " + formula + ", dl/dd = " + derivative, cases)


if __name__ == "__main__":
    if sys.argv[1] == "function":
        function(sys.argv[2], sys.argv[3], sys.argv[4], [float(kink) for kink in sys.argv[5:]])
    else:
        loss(*sys.argv[2:])
