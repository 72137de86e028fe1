"""Compares exported and imported models with onnxruntime and PyTorch; prints the largest differences, ends with 1 where one
is too large. Run from the repository after npm run build:

    python3 -m venv v && v/bin/pip install torch safetensors onnx onnxruntime && v/bin/python test/exchange/check_exports.py

Small models of every kind are trained for a moment; then each program of docs/exchange.md must write the greedy text of rnn
sample, and the probabilities of every character of a text must be ours, with the text read at once and character by
character. Random PyTorch models are imported, and rnn eval must measure what PyTorch does.
"""
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
import torch
from safetensors.torch import save_file, save_model

ROOT = pathlib.Path(__file__).parents[2]
CORPUS = ROOT / "corpora" / "tiny.txt"
TEXT = CORPUS.read_text()[1000:1300]
PROBABILITIES, BPC = 1e-5, 1e-4
PROGRAMS = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "exchange.md").read_text(), re.S)

# settings of each model; all but the last few of every cell with 1 to 3 layers
MODELS = {f"{cell}-{layers}": [f"--cell={cell}", f"--layers={layers}"] for cell in ("rnn", "lstm", "gru") for layers in (1, 2, 3)}
MODELS |= {f"{cell}-tied": [f"--cell={cell}", "--layers=2", "--embedding=13"] for cell in ("rnn", "lstm", "gru")}
MODELS["relu"] = ["--nonlinearity=relu", "--init=identity", "--layers=2", "--learning-rate=0.001"]
MODELS["averaged"] = ["--cell=gru", "--average=0.98"]
MODELS["byte"] = ["--unit=byte"]

# the probabilities (T,V) of a model after each character of a text
OURS = """
import { readFileSync } from 'node:fs';
const { createKernels, createWeights, architectureOf, Network, readCheckpoint } = await import(process.argv[1]);
const checkpoint = await readCheckpoint(process.argv[2]);
const kernels = createKernels('reference');
const weights = createWeights(architectureOf(checkpoint), kernels);
weights.assign(checkpoint.average ?? checkpoint.weights);
const { ids } = checkpoint.vocabulary.encode(readFileSync(0, 'utf8'));
const network = new Network(weights, kernels, { B: 1, T: ids.length, backward: false });
network.ids.set(ids);
network.forward();
const V = checkpoint.vocabulary.size;
const rows = Array.from(ids, (_, t) => {
  const e = Array.from(network.logits.subarray(t * V, (t + 1) * V), Math.exp);
  const sum = e.reduce((a, b) => a + b);
  return e.map((x) => x / sum);
});
console.log(JSON.stringify({ ids: [...ids], rows }));
"""

worst = {}


def expect(name, what, difference, bound):
    worst[what] = max(worst.get(what, 0), difference)
    if not difference <= bound:
        sys.exit(f"{name}: {what}: {difference}, expected at most {bound}")


def rnn(*args, cwd):
    done = subprocess.run(["node", ROOT / "bin" / "rnn.js", *map(str, args)], cwd=cwd, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"rnn {' '.join(map(str, args))}: {done.stderr}")
    return done.stdout


def ours(checkpoint):
    library = (ROOT / "dist" / "lib" / "core.js").as_uri()
    args = ["node", "--input-type=module", "-e", OURS, library, checkpoint]
    done = json.loads(subprocess.run(args, input=TEXT, capture_output=True, text=True, check=True).stdout)
    return done["ids"], np.array(done["rows"])


def softmax(logits):
    e = np.exp(logits.astype(np.float64) - logits.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def run_program(number, folder):
    """Runs a program of the document. Returns its variables."""
    program = re.sub(r'"(model\.\w+)"', lambda found: repr(str(folder / found[1])), PROGRAMS[number])
    variables = {"print": lambda *_: None}
    exec(program, variables)
    return variables


def check_onnx(name, folder, ids, rows, greedy):
    onnx.checker.check_model(folder / "model.onnx", full_check=True)
    session = onnxruntime.InferenceSession(folder / "model.onnx")
    names = [value.name for value in session.get_inputs()]
    zeros = [np.zeros((1, 1, value.shape[2]), np.float32) for value in session.get_inputs()[1:]]
    step = lambda ids, state: session.run(None, dict(zip(names, [np.array(ids)[:, None], *state])))
    whole, *last = step(ids, zeros)
    expect(name, "onnx, a text at once", np.abs(softmax(whole[:, 0]) - rows).max(), PROBABILITIES)
    state = zeros
    for i, row in zip(ids, rows):
        logits, *state = step([i], state)
        expect(name, "onnx, by characters", np.abs(softmax(logits[0, 0]) - row).max(), PROBABILITIES)
    for carried, at_once in zip(state, last):
        expect(name, "onnx, states", np.abs(carried - at_once).max(), PROBABILITIES)
    if greedy is not None and run_program(0, folder)["text"] != greedy:
        sys.exit(f"{name}: onnxruntime writes another greedy text")


def check_pytorch(name, folder, ids, rows, greedy):
    if greedy is None:
        return
    program = run_program(1, folder)
    with torch.no_grad():
        logits, _ = program["model"](torch.tensor(ids))
    expect(name, "PyTorch, a text at once", np.abs(softmax(logits.numpy()) - rows).max(), PROBABILITIES)
    if program["text"] != greedy:
        sys.exit(f"{name}: PyTorch writes another greedy text")


def check_exports(folder):
    for name, settings in MODELS.items():
        own = folder / name
        rnn("train", CORPUS, "--hidden=19", "--steps=150", "--batch-size=16", "--sample-every=0", f"--out={own}", *settings, cwd=folder)
        checkpoint = own / "tiny.json"
        ids, rows = ours(checkpoint)
        greedy = None
        if name != "byte":
            sample = rnn("sample", checkpoint, "--seed=THE ", "--len=500", "--greedy", "--json", cwd=folder)
            greedy = json.loads(sample)["text"]
        for file in ("model.onnx", "model.safetensors"):
            rnn("export", checkpoint, f"--out={own / file}", cwd=folder)
        check_onnx(name, own, ids, rows, greedy)
        check_pytorch(name, own, ids, rows, greedy)
        rnn("import", own / "model.safetensors", f"--out={own / 'back.json'}", cwd=folder)
        expect(name, "exported and imported again", np.abs(ours(own / "back.json")[1] - rows).max(), 1e-7)
        print("exported", name)


class CharRnn(torch.nn.Module):
    def __init__(self, cell, layers, V, H, D, bias):
        super().__init__()
        self.embed = torch.nn.Embedding(V, D) if D else None
        self.net = getattr(torch.nn, cell.upper())(D or V, H, layers, bias=bias)
        self.fc = torch.nn.Linear(H, V, bias=bias)

    def forward(self, ids):
        x = self.embed(ids) if self.embed else torch.nn.functional.one_hot(ids, self.fc.out_features).to(self.fc.weight.dtype)
        return self.fc(self.net(x)[0])


def random_models(characters):
    V = len(characters)
    for cell in ("rnn", "lstm", "gru"):
        for layers in (1, 2, 3):
            for D in (0, 11):
                yield f"{cell}-{layers}-{D}", CharRnn(cell, layers, V, 23, D, bias=True)
        yield f"{cell}-unbiased", CharRnn(cell, 2, V, 23, 11, bias=False)
        yield f"{cell}-double", CharRnn(cell, 2, V, 23, 11, bias=True).double()
        shared = CharRnn(cell, 2, V, 23, 23, bias=True)
        shared.fc.weight = shared.embed.weight
        yield f"{cell}-shared", shared


def check_imports(folder):
    torch.manual_seed(5)
    characters = sorted(set(CORPUS.read_text()))
    text = folder / "text.txt"
    text.write_text(TEXT)
    ids = torch.tensor([characters.index(c) for c in TEXT])
    for name, model in random_models(characters):
        file, out = folder / f"{name}.safetensors", folder / f"{name}.json"
        if name.endswith("shared"):
            save_model(model, str(file), {"vocab": json.dumps({c: i for i, c in enumerate(characters)})})
        else:
            save_file(model.state_dict(), file, {"vocabulary": json.dumps(characters)})
        rnn("import", file, f"--out={out}", cwd=folder)
        with torch.no_grad():
            nats = torch.nn.functional.cross_entropy(model(ids[:-1]).double(), ids[1:]).item()
        bpc = json.loads(rnn("eval", out, text, "--json", cwd=folder))["bpc"]
        expect(name, "imported, bits per character", abs(bpc - nats / math.log(2)), BPC)
        print("imported", name)


def check_recipe(folder):
    """The six lines of the document that convert a pickle."""
    characters = sorted(set(CORPUS.read_text()))
    model = CharRnn("lstm", 2, len(characters), 23, 0, bias=True)
    saved = {"n_hidden": 23, "n_layers": 2, "state_dict": model.state_dict(), "tokens": tuple(characters)}
    for legacy in (False, True):
        torch.save(saved, folder / "model.net", _use_new_zipfile_serialization=not legacy)
        run_program(2, folder)
        rnn("import", folder / "model.safetensors", f"--out={folder / 'recipe.json'}", "--force", cwd=folder)
        with torch.no_grad():
            logits = model(torch.tensor([characters.index(c) for c in TEXT])).numpy()
        expect("recipe", "converted and imported", np.abs(softmax(logits) - ours(folder / "recipe.json")[1]).max(), PROBABILITIES)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        check_exports(pathlib.Path(name))
        check_imports(pathlib.Path(name))
        check_recipe(pathlib.Path(name))
    print(f"onnxruntime {onnxruntime.__version__}, torch {torch.__version__}; largest differences:")
    for what, difference in worst.items():
        print(f"  {what}: {difference:.1e}")
