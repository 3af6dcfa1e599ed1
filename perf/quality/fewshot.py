#!/usr/bin/env python3
"""Measures classifiers from few examples: vecnet train with a sentence encoder against the bag of words.

    fewshot.py DIRECTORY ENCODER VECNET ...   DIRECTORY has what 'texts.py prepare' wrote, ENCODER is the folder of a sentence encoder,
                                              and VECNET is the command of the tool

For each task and seed, 8 examples of each class are drawn from the training rows. The test rows are the same for all seeds: up to 1,000,
drawn from those of the split, which are used for nothing else.
"""
import json, os, random, statistics, subprocess, sys, tempfile

EXAMPLES, MOST_TEST_ROWS, SEEDS = 8, 1000, 5


def read(directory, task):
    with open(f"{directory}/{task}.tsv", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t", 1) for line in file]
    with open(f"{directory}/{task}.split.csv", encoding="utf-8") as file:
        sets = dict(line.strip().split(",") for line in file)
    parts = {"train": [], "test": []}
    for number, row in enumerate(rows):
        parts[sets[str(number)]].append(row)
    return parts["train"], parts["test"]


def draw(training, seed):
    classes = {}
    for label, text in training:
        classes.setdefault(label, []).append((label, text))
    generator = random.Random(seed)
    return [row for label in sorted(classes) for row in generator.sample(classes[label], EXAMPLES)]


def train(vecnet, examples, test, *options):
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/few.tsv", "w", encoding="utf-8") as file:
            file.writelines(f"{label}\t{text}\n" for label, text in examples + test)
        with open(f"{folder}/few.split.csv", "w", encoding="utf-8") as file:
            file.write("row,set\n")
            file.writelines(
                f"{row},{'train' if row < len(examples) else 'test'}\n" for row in range(len(examples) + len(test)))
        command = [*vecnet, "train", "--data", f"{folder}/few.tsv", "--text", "--output", folder, "--json", *options]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main(directory, encoder, *vecnet):
    for task in ("mails", "languages"):
        training, test = read(directory, task)
        test = random.Random(0).sample(test, min(MOST_TEST_ROWS, len(test)))
        results = {"bag of words": [], "encoder": [], "the better by cross-validation": []}
        for seed in range(1, SEEDS + 1):
            examples = draw(training, seed)
            bag = train(vecnet, examples, test)
            vectors = train(vecnet, examples, test, "--encoder", encoder, "--no-search")
            chosen = train(vecnet, examples, test, "--encoder", encoder)
            for name, run in zip(results, (bag, vectors, chosen)):
                results[name].append(run["testAccuracy"])
            print(f"{task} seed {seed}: {chosen['chosen']}", file=sys.stderr)
        for name, found in results.items():
            print(f"| {task} | {name} | {statistics.mean(found):.3f} | {min(found):.3f} to {max(found):.3f} |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
