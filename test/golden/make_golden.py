"""Golden numbers of torch.nn.RNN, LSTM and GRU for the tests; writes rnn.json, lstm.json, gru.json beside this
file, the learning rates of its schedules to schedules.json, longer runs to training.json, Jacobians to jacobians.json.

    python3 -m venv v && v/bin/pip install torch && v/bin/python test/golden/make_golden.py

Sizes are odd and distinct (B=3, T=5, H=7, V=11) so that swapped axes fail. Our cells have one bias, PyTorch's two:
the second stays zero and is not trained, but for the n part of the GRU, which we have too. Everything runs in float64
on one thread.
"""
import json
import pathlib
import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
B, T, H, V, STEPS, CLIP = 3, 5, 7, 11, 10, 0.25
OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "sgd-momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "sgd-nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1, eps=1e-8),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.1, eps=1e-8),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.95, eps=1e-8),
    "adam": lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.9, 0.999), eps=1e-8),
}


CELLS = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


class CharRnn(torch.nn.Module):
    def __init__(self, cell, layers):
        super().__init__()
        self.cell = cell
        self.rnn = CELLS[cell](V, H, layers)
        self.output = torch.nn.Linear(H, V)
        for layer in range(layers):
            hidden_bias = getattr(self.rnn, f"bias_hh_l{layer}")
            trained = torch.zeros_like(hidden_bias)
            if cell == "gru":
                trained[2 * H :] = 1
            hidden_bias.data *= trained
            hidden_bias.register_hook(lambda gradient, trained=trained: gradient * trained)

    def forward(self, ids, h):
        out, h = self.rnn(torch.nn.functional.one_hot(ids, V).to(torch.float64), h)
        return self.output(out), h

    def named(self):
        """Our names, in the order of our parameter table."""
        for layer in range(self.rnn.num_layers):
            yield f"layers.{layer}.Wxh", getattr(self.rnn, f"weight_ih_l{layer}")
            yield f"layers.{layer}.Whh", getattr(self.rnn, f"weight_hh_l{layer}")
            yield f"layers.{layer}.bh", getattr(self.rnn, f"bias_ih_l{layer}")
            if self.cell == "gru":
                yield f"layers.{layer}.bhn", getattr(self.rnn, f"bias_hh_l{layer}")
        yield "output.Why", self.output.weight
        yield "output.by", self.output.bias


def numbers(tensors):
    """Flat lists; of a hidden bias only the n part."""
    return {name: (t[2 * H :] if name.endswith("bhn") else t).detach().flatten().tolist() for name, t in tensors}


def detached(state):
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


def run(cell, layers, optimizer_name):
    torch.manual_seed(20 + layers)
    model = CharRnn(cell, layers)
    data = torch.randint(V, (STEPS, 2, T, B))
    initial = numbers(model.named())
    parameters = list(model.parameters())
    optimizer = OPTIMIZERS[optimizer_name](parameters)
    h = torch.zeros(layers, B, H)
    if cell == "lstm":
        h = (h, h)
    losses, norms, first = [], [], {}
    for inputs, targets in data:
        optimizer.zero_grad()
        logits, h = model(inputs, detached(h))
        loss = torch.nn.functional.cross_entropy(logits.reshape(-1, V), targets.reshape(-1))
        loss.backward()
        if not first:
            first = numbers((name, p.grad) for name, p in model.named())
        norms.append(torch.nn.utils.clip_grad_norm_(parameters, CLIP).item())
        optimizer.step()
        losses.append(loss.item())
    return {
        "layers": layers, "optimizer": optimizer_name, "initial": initial,
        "inputs": data[:, 0].flatten(1).tolist(), "targets": data[:, 1].flatten(1).tolist(),
        "firstGradients": first, "losses": losses, "gradientNorms": norms,
        "final": numbers(model.named()),
        # of each layer h, then c
        "finalState": (torch.stack(h, 1) if cell == "lstm" else h).detach().flatten().tolist(),
    }


for cell in CELLS:
    golden = {
        "torch": torch.__version__, "B": B, "T": T, "H": H, "V": V, "clipNorm": CLIP,
        "runs": [run(cell, layers, name) for layers in (1, 2, 3) for name in OPTIMIZERS],
    }
    path = pathlib.Path(__file__).with_name(f"{cell}.json")
    path.write_text(json.dumps(golden) + "\n")
    print(path, path.stat().st_size, "bytes, torch", torch.__version__)


def rates(schedule, steps=20):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    scheduler = schedule(optimizer)
    out = []
    for _ in range(steps):
        out.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return out


lr = torch.optim.lr_scheduler
schedules = {
    "cosine": rates(lambda o: lr.CosineAnnealingLR(o, T_max=20, eta_min=0.01)),
    "linear": rates(lambda o: lr.LinearLR(o, start_factor=1, end_factor=0.1, total_iters=20)),
    "step": rates(lambda o: lr.StepLR(o, step_size=7, gamma=0.3)),
    "cosine-warmup": rates(
        lambda o: lr.SequentialLR(
            o, [lr.LinearLR(o, start_factor=0.25, end_factor=1, total_iters=3), lr.CosineAnnealingLR(o, T_max=16)], [4]
        )
    ),
}
pathlib.Path(__file__).with_name("schedules.json").write_text(json.dumps(schedules) + "\n")


def train(cell, layers, optimizer_name, schedule_name, steps=50):
    """Losses of a longer run; data and first weights are those of every run of that cell and depth."""
    torch.manual_seed(30 + layers)
    model = CharRnn(cell, layers)
    data = torch.randint(V, (steps, 2, T, B))
    initial = numbers(model.named())
    parameters = list(model.parameters())
    optimizer = OPTIMIZERS[optimizer_name](parameters)
    scheduler = TRAINING_SCHEDULES[schedule_name](optimizer)
    h = torch.zeros(layers, B, H)
    if cell == "lstm":
        h = (h, h)
    losses = []
    for step, (inputs, targets) in enumerate(data):
        optimizer.zero_grad()
        logits, h = model(inputs, detached(h))
        loss = torch.nn.functional.cross_entropy(logits.reshape(-1, V), targets.reshape(-1))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, CLIP)
        optimizer.step()
        losses.append(loss.item())
        if schedule_name == "plateau":
            # measured on the training loss of every third step
            if (step + 1) % 3 == 0:
                scheduler.step(losses[-1])
        else:
            scheduler.step()
    return {"optimizer": optimizer_name, "schedule": schedule_name, "losses": losses}, data, initial


TRAINING_SCHEDULES = {
    "constant": lambda o: lr.ConstantLR(o, factor=1, total_iters=0),
    "linear": lambda o: lr.LinearLR(o, start_factor=1, end_factor=0.1, total_iters=50),
    "cosine": lambda o: lr.CosineAnnealingLR(o, T_max=50, eta_min=0.001),
    "step": lambda o: lr.StepLR(o, step_size=12, gamma=0.3),
    "plateau": lambda o: lr.ReduceLROnPlateau(o, factor=0.3, patience=1, threshold=0),
}
training = {}
for cell in CELLS:
    for layers in (1, 3):
        runs = [train(cell, layers, name, "constant") for name in OPTIMIZERS]
        runs += [train(cell, layers, "adam", name) for name in TRAINING_SCHEDULES if name != "constant"]
        _, data, initial = runs[0]
        training[f"{cell} {layers}"] = {
            "cell": cell, "layers": layers, "initial": initial,
            "inputs": data[:, 0].flatten(1).tolist(), "targets": data[:, 1].flatten(1).tolist(),
            "runs": [run for run, _, _ in runs],
        }
pathlib.Path(__file__).with_name("training.json").write_text(json.dumps(training) + "\n")


def jacobian(cell):
    """One step of one layer and the Jacobian of its whole state, by autograd."""
    torch.manual_seed(40)
    model = CharRnn(cell, 1)
    character = torch.randint(V, (1,)).item()
    x = torch.nn.functional.one_hot(torch.tensor([[character]]), V).to(torch.float64)
    parts = 2 if cell == "lstm" else 1
    before = torch.randn(parts * H)

    def step(state):
        split = state.view(parts, 1, 1, H)
        _, after = model.rnn(x, tuple(split) if cell == "lstm" else split[0])
        return torch.cat([part.flatten() for part in after]) if cell == "lstm" else after.flatten()

    return {
        "character": character, "before": before.tolist(), "after": step(before).tolist(),
        "jacobian": torch.autograd.functional.jacobian(step, before).flatten().tolist(),
        "weights": numbers(model.named()),
    }


path = pathlib.Path(__file__).with_name("jacobians.json")
path.write_text(json.dumps({cell: jacobian(cell) for cell in CELLS}) + "\n")
