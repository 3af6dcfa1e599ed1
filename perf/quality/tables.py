#!/usr/bin/python3
"""The default models of `vecnet train` and of scikit-learn on tables, as a Markdown table with times.

    tables.py [--tool "dotnet …/VecNet.Cli.dll"] [--only NAME …] [--seeds 3] [--cache DIRECTORY] [--without-vecnet] [--without-sklearn]

Needs pandas and scikit-learn (Debian: python3-pandas, python3-sklearn), and R with the packages mlbench, kernlab and modeldata for most of
the tables (Debian: r-base-core, r-cran-mlbench, r-cran-kernlab, r-cran-modeldata). A table whose package is missing is left out, and the
output says so.

Every score is the mean over random divisions of the rows, 75 % for training, with NumPy's RandomState(100 + seed). scikit-learn
standardizes numbers and encodes categories one-hot; missing numbers become the mean, and missing categories the most frequent one.
`vecnet` gets the CSV file with --categorical and --missing fill. Its time is that of the whole command; scikit-learn's is that of `fit`.
"""
import argparse
import datetime
import json
import os
import subprocess
import tempfile
import time
import warnings

import numpy as np
import pandas as pd
from sklearn import __version__ as sklearn_version
from sklearn import datasets
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import accuracy_score, r2_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

# Package of R (or scikit-learn), target, and columns that are left out. The first twelve are the tables that the recipe was to improve.
TABLES = {
    "LetterRecognition": ("mlbench", "lettr", []),
    "Satellite": ("mlbench", "classes", []),
    "Glass": ("mlbench", "Type", []),
    "Sonar": ("mlbench", "Class", []),
    "Ionosphere": ("mlbench", "Class", []),
    "Vehicle": ("mlbench", "Class", []),
    "Vowel": ("mlbench", "Class", []),
    "PimaIndiansDiabetes": ("mlbench", "diabetes", []),
    "Soybean": ("mlbench", "Class", []),
    "DNA": ("mlbench", "Class", []),
    "BostonHousing": ("mlbench", "medv", []),
    "Ozone": ("mlbench", "V4", []),
    "diabetes": ("sklearn", "target", []),
    "iris": ("sklearn", "target", []),
    "wine": ("sklearn", "target", []),
    "breast_cancer": ("sklearn", "target", []),
    "digits": ("sklearn", "target", []),
    "BreastCancer": ("mlbench", "Class", ["Id"]),
    "HouseVotes84": ("mlbench", "Class", []),
    "Zoo": ("mlbench", "type", []),
    "Servo": ("mlbench", "Class", []),
    "Shuttle": ("mlbench", "Class", []),
    "spam": ("kernlab", "type", []),
}
# Tables on which nothing was chosen: all of the package modeldata with 200 rows or more, features, and a target that its manual names.
UNSEEN = {
    "Chicago": ("modeldata", "ridership", ["date"]),
    "Sacramento": ("modeldata", "price", ["zip"]),
    "ad_data": ("modeldata", "Class", []),
    "ames": ("modeldata", "Sale_Price", []),
    "attrition": ("modeldata", "Attrition", []),
    "biomass": ("modeldata", "HHV", ["sample", "dataset"]),
    "car_prices": ("modeldata", "Price", []),
    "cells": ("modeldata", "class", ["case"]),
    "check_times": ("modeldata", "check_time", ["package"]),
    "concrete": ("modeldata", "compressive_strength", []),
    "credit_data": ("modeldata", "Status", []),
    "hpc_data": ("modeldata", "class", []),
    "lending_club": ("modeldata", "Class", []),
    "meats": ("modeldata", "fat", ["water", "protein"]),
    "mlc_churn": ("modeldata", "churn", []),
    "parabolic": ("modeldata", "class", []),
    "pd_speech": ("modeldata", "class", []),
    "penguins": ("modeldata", "species", []),
    "stackoverflow": ("modeldata", "Remote", []),
    "two_class_dat": ("modeldata", "Class", []),
    "wa_churn": ("modeldata", "churn", []),
}
FIRST = 12
REGRESSION = {"BostonHousing", "Ozone", "diabetes", "Servo", "Chicago", "Sacramento", "ames", "biomass", "car_prices", "check_times",
              "concrete", "meats"}
ALL_CATEGORICAL = {"Soybean"}
# Of the 58,000 rows of Shuttle some classes have a handful, which a random division may leave out of the training rows.
FEWEST_ROWS_OF_CLASS = {"Shuttle": 20}


def export(name, package, path):
    """Writes a table as a CSV file; returns whether its package is installed."""
    if package == "sklearn":
        data = getattr(datasets, f"load_{name}")(as_frame=True).frame
        data.columns = [column.replace(" ", "_") for column in data.columns]
        data.to_csv(path, index=False)
        return True
    code = f"""data(list="{name}", package="{package}"); write.csv({name}, "{path}", row.names = FALSE, na = "")"""
    try:
        return subprocess.run(["Rscript", "-e", code], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def read(name, directory):
    """The table, its target, and its categorical columns; None if it is not available."""
    package, target, omitted = (TABLES | UNSEEN)[name]
    path = os.path.join(directory, f"{name}.csv")
    if not os.path.exists(path) and not export(name, package, path):
        return None
    data = pd.read_csv(path, keep_default_na=False, na_values=[""]).drop(columns=omitted)
    data = data[data[target].notna()]
    if name in FEWEST_ROWS_OF_CLASS:
        data = data[data[target].map(data[target].value_counts()) >= FEWEST_ROWS_OF_CLASS[name]]
    data = data.reset_index(drop=True)
    x = data.drop(columns=target)
    categorical = [c for c in x.columns if name in ALL_CATEGORICAL or x[c].dtype == object or x[c].dtype == bool]
    return data, target, categorical


def sklearn_scores(data, target, categorical, regression, train, test, seed):
    """Score and seconds of each of scikit-learn's models."""
    x = data.drop(columns=target)
    y = data[target] if regression else data[target].astype(str)
    numbers = [c for c in x.columns if c not in categorical]
    x = x.astype({c: object for c in categorical})
    encoder = make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), numbers),
        (make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")), categorical))
    if regression:
        models = {"linear": RidgeCV(np.logspace(-2, 3, 20)), "MLP": MLPRegressor(max_iter=1000, random_state=seed),
                  "forest": RandomForestRegressor(random_state=seed)}
    else:
        models = {"linear": LogisticRegression(max_iter=2000), "MLP": MLPClassifier(max_iter=1000, random_state=seed),
                  "forest": RandomForestClassifier(random_state=seed)}
    scores = {}
    for key, model in models.items():
        start = time.perf_counter()
        fitted = make_pipeline(encoder, model).fit(x.iloc[train], y.iloc[train])
        seconds = time.perf_counter() - start
        predicted = fitted.predict(x.iloc[test])
        scores[key] = ((r2_score if regression else accuracy_score)(y.iloc[test], predicted), seconds)
    return scores


def vecnet_score(tool, data, target, categorical, regression, test, seed, directory):
    """Score and seconds of `vecnet train`, and what it chose."""
    path, split = os.path.join(directory, "table.csv"), os.path.join(directory, "rows.csv")
    data.to_csv(path, index=False)
    tested = set(test.tolist())
    with open(split, "w", encoding="utf-8") as file:
        file.write("row,set\n" + "".join(f"{i},{'test' if i in tested else 'train'}\n" for i in range(len(data))))
    command = [*tool.split(), "train", "--data", path, "--target", target, "--split", split, "--seed", str(seed), "--missing", "fill",
               "--unknown", "zeros", "--output", directory, "--json"]
    command += ["--regression"] if regression else []
    command += ["--categorical", *categorical] if categorical else []
    start = time.perf_counter()
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if result.returncode != 0:
        raise RuntimeError(result.stderr)
    answer = json.loads(result.stdout)
    return answer["testRSquared" if regression else "testAccuracy"], seconds, answer.get("chosen", "")


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        lines = file.read().splitlines()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    fields = {key.strip(): value.strip() for key, value in fields.items()}
    return f"{fields.get('model name', 'unknown')}, family {fields.get('cpu family', '?')}, {os.cpu_count()} processors"


def measure(name, options, directory):
    """The mean scores and times of a table, or None."""
    found = read(name, options.cache or directory)
    if found is None:
        return None
    data, target, categorical = found
    regression = name in REGRESSION
    totals, chosen = {}, []
    for seed in range(options.seeds):
        order = np.random.RandomState(100 + seed).permutation(len(data))
        cut = int(len(data) * .75)
        train, test = order[:cut], order[cut:]
        if not options.without_vecnet:
            score, seconds, why = vecnet_score(options.tool, data, target, categorical, regression, test, seed, directory)
            totals.setdefault("VecNet", []).append((score, seconds))
            chosen.append(why.removeprefix("Chosen: ").split(":")[0])
        if not options.without_sklearn:
            for key, value in sklearn_scores(data, target, categorical, regression, train, test, seed).items():
                totals.setdefault(key, []).append(value)
    means = {key: tuple(np.mean(values, axis=0)) for key, values in totals.items()}
    return f"{len(data):,} × {data.shape[1] - 1}", means, chosen


def write_row(name, size, means):
    keys = ["VecNet", "linear", "MLP", "forest"]
    scores = " | ".join(f"{means[key][0]:.3f}" if key in means else "" for key in keys)
    times = " | ".join(f"{means[key][1]:.1f} s" if key in means else "" for key in ["VecNet", "MLP"])
    print(f"| {name} | {size} | {scores} | {times} |", flush=True)


def main():
    warnings.filterwarnings("ignore")
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("--tool", default=f"dotnet {root}/src/VecNet.Cli/bin/Release/net10.0/VecNet.Cli.dll")
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--cache", help="a directory that keeps the exported tables")
    parser.add_argument("--without-vecnet", action="store_true")
    parser.add_argument("--without-sklearn", action="store_true")
    options = parser.parse_args()
    print(f"Processor: {processor()}; {datetime.date.today()}; scikit-learn {sklearn_version}; "
          f"mean of {options.seeds} random divisions 75/25.\n")
    print("| table | rows × columns | VecNet | linear | MLP | forest | time VecNet | time MLP |\n|---|---|---|---|---|---|---|---|")
    all_means, missing, choices = {}, [], []
    with tempfile.TemporaryDirectory() as directory:
        for name in options.only or TABLES | UNSEEN:
            found = measure(name, options, directory)
            if found is None:
                missing.append(name)
                continue
            size, means, chosen = found
            write_row(name, size, means)
            all_means[name] = means
            choices.append(f"- {name}: {'; '.join(dict.fromkeys(chosen))}")
    for title, names in (("Mean of the first twelve", list(TABLES)[:FIRST]), ("Mean of the unseen tables", list(UNSEEN))):
        rows = [all_means[name] for name in names if name in all_means]
        if rows and all("VecNet" in row and "MLP" in row for row in rows):
            best = np.mean([max(row["linear"][0], row["MLP"][0]) for row in rows])
            print(f"\n{title} ({len(rows)} tables): VecNet {np.mean([row['VecNet'][0] for row in rows]):.4f}, the better of linear and MLP "
                  f"on each table {best:.4f}, forest {np.mean([row['forest'][0] for row in rows]):.4f}.")
    if missing:
        print(f"\nNot available: {', '.join(missing)}.")
    if any(choices) and not options.without_vecnet:
        print("\n## What VecNet chose\n\n" + "\n".join(choices))


main()
