"""State dicts of PyTorch as safetensors, each with the probabilities that PyTorch computes; writes pytorch.json beside this file.

    python3 -m venv v && v/bin/pip install torch safetensors && v/bin/python test/exchange/make_golden.py

Sizes are odd and distinct (V=7, D=3, H=5), so that swapped axes fail.
"""
import base64
import json
import pathlib
import torch
from safetensors.torch import save, save_model

V, D, H, T = 7, 3, 5, 12
CHARACTERS = [" ", "a", "b", "é", "\n", "\"", "한"]


class CharRnn(torch.nn.Module):
    def __init__(self, net, embedding=None, bias=True):
        super().__init__()
        if embedding:
            self.emb = torch.nn.Embedding(V, embedding)
        self.net = net
        self.out = torch.nn.Linear(H, V, bias=bias)

    def forward(self, ids):
        one_hot = torch.nn.functional.one_hot(ids, V).to(self.out.weight.dtype)
        x = self.emb(ids) if hasattr(self, "emb") else one_hot
        return self.out(self.net(x)[0])


def shared():
    model = CharRnn(torch.nn.GRU(H, H, 1), H)
    model.out.weight = model.emb.weight
    return model


MODELS = {
    "rnn, one-hot": lambda: CharRnn(torch.nn.RNN(V, H, 1)),
    "rnn of relu, 2 layers, one-hot": lambda: CharRnn(torch.nn.RNN(V, H, 2, nonlinearity="relu")),
    "lstm, 3 layers, embedding": lambda: CharRnn(torch.nn.LSTM(D, H, 3), D),
    "gru, 2 layers, embedding": lambda: CharRnn(torch.nn.GRU(D, H, 2), D),
    "gru, no biases, float64": lambda: CharRnn(torch.nn.GRU(D, H, 1, bias=False), D, bias=False).double(),
    "lstm, embedding as wide as the hidden layer, no biases": lambda: CharRnn(torch.nn.LSTM(H, H, 1, bias=False), H, bias=False),
    "gru, embedding and output share their weights": shared,
}


def golden(name):
    torch.manual_seed(3)
    model = MODELS[name]()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter *= 2
    ids = torch.randint(V, (T,))
    with torch.no_grad():
        rows = torch.softmax(model(ids).double(), -1)
    metadata = {"vocab": json.dumps({character: i for i, character in enumerate(CHARACTERS)})}
    if "share" in name:
        path = pathlib.Path("shared.safetensors")
        save_model(model, str(path), metadata)
        file = path.read_bytes()
        path.unlink()
    else:
        file = save(model.state_dict(), metadata)
    return {"name": name, "file": base64.b64encode(file).decode(), "ids": ids.tolist(), "probabilities": rows.tolist()}


path = pathlib.Path(__file__).with_name("pytorch.json")
content = {"torch": torch.__version__, "characters": CHARACTERS, "models": [golden(name) for name in MODELS]}
path.write_text(json.dumps(content) + "\n")
print(path, path.stat().st_size, "bytes, torch", torch.__version__)
