"""Computes the vectors of a saved encoder in PyTorch, without VecNet and without the transformers library, and compares them.

  python3 check_encoder.py FOLDER VECTORS

FOLDER is one of sentence-transformers: model.safetensors, config.json, modules.json and 1_Pooling/config.json. VECTORS is a JSON list of
{"ids": [...], "vector": [...]}. The safetensors file is read by the definition of its format. The modules have the names of Hugging Face,
and torch.nn.Linear has its weights as outputs x inputs: load_state_dict refuses another name, another shape, or a tensor too many.
Everything is computed in double precision. Prints the largest difference of a component. Needs torch and numpy (Debian: python3-torch,
python3-numpy).
"""

import json
import os
import struct
import sys

import torch
from torch import nn

TYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
BERT = {
    "qkv": [("attention", "self", part) for part in ("query", "key", "value")], "out": ("attention", "output", "dense"),
    "norm1": ("attention", "output", "LayerNorm"), "hidden": ("intermediate", "dense"), "result": ("output", "dense"),
    "norm2": ("output", "LayerNorm"),
}
DISTIL = {
    "qkv": [("attention", part) for part in ("q_lin", "k_lin", "v_lin")], "out": ("attention", "out_lin"), "norm1": ("sa_layer_norm",),
    "hidden": ("ffn", "lin1"), "result": ("ffn", "lin2"), "norm2": ("output_layer_norm",),
}
ACTIVATIONS = {"gelu": nn.functional.gelu, "relu": nn.functional.relu}


def read_json(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return json.load(file)


def read_safetensors(path):
    """The definition: https://github.com/huggingface/safetensors#format"""
    with open(path, "rb") as file:
        content = file.read()
    length, = struct.unpack("<Q", content[:8])
    assert content[8:9] == b"{", "The header begins with a brace."
    header = json.loads(content[8:8 + length])
    metadata = header.pop("__metadata__", {})
    assert metadata.get("format") == "pt", "Hugging Face loads files only if their metadata have the format."
    data, tensors, end = bytearray(content[8 + length:]), {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        first, last = entry["data_offsets"]
        assert first == end, f"{name} follows the tensor before."
        count = 1
        for extent in entry["shape"]:
            count *= extent
        tensors[name] = torch.frombuffer(data, dtype=TYPES[entry["dtype"]], count=count, offset=first).reshape(entry["shape"])
        assert last - first == tensors[name].element_size() * count, f"{name} has as many bytes as its elements."
        end = last
    assert end == len(data), "The tensors end with the file."
    return tensors


def add(parent, path, module):
    """Adds a module below modules that are made where they are missing."""
    for name in path[:-1]:
        if name not in parent:
            parent[name] = nn.ModuleDict()
        parent = parent[name]
    parent[path[-1]] = module


def at(module, path):
    for name in path:
        module = module[name]
    return module


class Encoder(nn.Module):
    def __init__(self, config, has_pooler):
        super().__init__()
        self.kind = config["model_type"]
        distil = self.kind == "distilbert"
        self.names = DISTIL if distil else BERT
        width, hidden = (config[name] for name in (("dim", "hidden_dim") if distil else ("hidden_size", "intermediate_size")))
        self.heads = config["n_heads" if distil else "num_attention_heads"]
        self.act = ACTIVATIONS[config.get("activation" if distil else "hidden_act", "gelu")]
        self.padding = config.get("pad_token_id", 1) if self.kind == "roberta" else None
        eps = config.get("layer_norm_eps", 1e-12)
        self.embeddings = nn.ModuleDict({
            "word_embeddings": nn.Embedding(config["vocab_size"], width),
            "position_embeddings": nn.Embedding(config["max_position_embeddings"], width), "LayerNorm": nn.LayerNorm(width, eps)})
        if not distil:
            self.embeddings["token_type_embeddings"] = nn.Embedding(config.get("type_vocab_size", 2), width)
        layers = nn.ModuleList()
        for _ in range(config["n_layers" if distil else "num_hidden_layers"]):
            layer = nn.ModuleDict()
            for path in self.names["qkv"] + [self.names["out"]]:
                add(layer, path, nn.Linear(width, width))
            add(layer, self.names["norm1"], nn.LayerNorm(width, eps))
            add(layer, self.names["hidden"], nn.Linear(width, hidden))
            add(layer, self.names["result"], nn.Linear(hidden, width))
            add(layer, self.names["norm2"], nn.LayerNorm(width, eps))
            layers.append(layer)
        self.top = "transformer" if distil else "encoder"
        setattr(self, self.top, nn.ModuleDict({"layer": layers}))
        if has_pooler:
            self.pooler = nn.ModuleDict({"dense": nn.Linear(width, width)})

    def forward(self, ids):
        x = self.embeddings["word_embeddings"](ids)
        if self.kind != "distilbert":
            x = x + self.embeddings["token_type_embeddings"](torch.zeros_like(ids))
        positions = torch.arange(len(ids))
        if self.padding is not None:
            # RoBERTa counts the tokens that are not padding, from the number of the padding token on, which is the place of that token.
            counted = (ids != self.padding).long()
            positions = counted.cumsum(0) * counted + self.padding
        x = x + self.embeddings["position_embeddings"](positions)
        x = self.embeddings["LayerNorm"](x)
        for layer in getattr(self, self.top)["layer"]:
            q, k, v = (at(layer, path)(x).reshape(len(ids), self.heads, -1).transpose(0, 1) for path in self.names["qkv"])
            weights = torch.softmax(q @ k.transpose(1, 2) / q.shape[2] ** 0.5, dim=-1)
            attended = at(layer, self.names["out"])((weights @ v).transpose(0, 1).reshape(len(ids), -1))
            x = at(layer, self.names["norm1"])(x + attended)
            x = at(layer, self.names["norm2"])(x + at(layer, self.names["result"])(self.act(at(layer, self.names["hidden"])(x))))
        return x


def pool(x, modes):
    mode, = (name for name, chosen in modes.items() if name.startswith("pooling_mode_") and chosen is True)
    return {
        "pooling_mode_mean_tokens": lambda: x.mean(0), "pooling_mode_cls_token": lambda: x[0],
        "pooling_mode_max_tokens": lambda: x.max(0).values, "pooling_mode_lasttoken": lambda: x[-1],
    }[mode]()


def main(folder, vectors):
    tensors = {name: tensor.double() for name, tensor in read_safetensors(os.path.join(folder, "model.safetensors")).items()}
    encoder = Encoder(read_json(folder, "config.json"), "pooler.dense.weight" in tensors).double()
    encoder.load_state_dict(tensors, strict=True)
    modules = [module["type"].rsplit(".", 1)[1] for module in read_json(folder, "modules.json")]
    modes = read_json(folder, "1_Pooling", "config.json")
    largest, items = 0, read_json(vectors)
    for item in items:
        with torch.no_grad():
            vector = pool(encoder(torch.tensor(item["ids"])), modes)
        if "Normalize" in modules:
            vector = nn.functional.normalize(vector, dim=0)
        difference = (vector - torch.tensor(item["vector"], dtype=torch.float64)).abs()
        assert len(vector) == len(item["vector"]) and bool(torch.isfinite(difference).all())
        largest = max(largest, float(difference.max()))
    print(f"{len(tensors)} tensors, {len(items)} texts, largest difference: {largest:.3e}")


if __name__ == "__main__":
    main(*sys.argv[1:])
