#!/usr/bin/env python3
"""Measures classifiers from few examples: vecnet train with a sentence encoder against the bag of words.

    fewshot.py prepare DIRECTORY                     writes packages.tsv (label, tab, text) there, and which rows are for the test
    fewshot.py measure DIRECTORY ENCODER VECNET ...  trains and tests on it, and on what 'texts.py prepare' wrote there; ENCODER is the
                                                     folder of a sentence encoder, and VECNET is the command of the tool

The packages are those of Debian in ten sections, and their texts the descriptions in one line (needs apt-cache); those of a quarter of
the source packages are for the test. For each task and seed, 8 examples of each class are drawn from the training rows. The test rows are
the same for all seeds: 300, of mails 150, drawn from those of the split, which are used for nothing else.
"""
import hashlib, json, os, random, statistics, subprocess, sys, tempfile

SECTIONS = {"database", "editors", "electronics", "games", "graphics", "hamradio", "mail", "math", "sound", "vcs"}
MOST_TEST_ROWS = {"packages": 300, "mails": 150, "languages": 300}
EXAMPLES, SEEDS = 8, 5


def prepare(directory):
    output = subprocess.run(["apt-cache", "dumpavail"], check=True, capture_output=True, text=True).stdout
    found = {}
    for entry in output.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in entry.split("\n") if ": " in line and not line.startswith(" "))
        section, text = fields.get("Section", "").split("/")[-1], fields.get("Description", fields.get("Description-en", ""))
        if section in SECTIONS and text:
            found.setdefault(text, (section, fields.get("Source", fields["Package"]).split()[0]))
    rows = sorted((section, source, text) for text, (section, source) in found.items())
    with open(f"{directory}/packages.tsv", "w", encoding="utf-8") as file:
        file.writelines(f"{section}\t{text}\n" for section, _, text in rows)
    with open(f"{directory}/packages.split.csv", "w", encoding="utf-8") as file:
        file.write("row,set\n")
        file.writelines(
            f"{row},{'test' if hashlib.sha256(source.encode()).digest()[0] < 64 else 'train'}\n"
            for row, (_, source, _) in enumerate(rows))


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


def measure(directory, encoder, *vecnet):
    for task, most in MOST_TEST_ROWS.items():
        training, test = read(directory, task)
        test = random.Random(0).sample(test, min(most, len(test)))
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
    if sys.argv[1:2] == ["prepare"] and len(sys.argv) == 3:
        prepare(sys.argv[2])
    elif sys.argv[1:2] == ["measure"] and len(sys.argv) > 4:
        measure(*sys.argv[2:])
    else:
        sys.exit(__doc__)
