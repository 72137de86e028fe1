"""The same training run in PyTorch: same text, split, streams, starting distributions, schedule and regularisation as
`rnn train --split tail --validation-fraction 0.1 --optimizer adam --schedule cosine`. Prints the validation loss of each
epoch in bits per character (one stateful pass from start to end, averaged weights) and the best.

    python bench/peers/torch_train.py TEXT CELL HIDDEN LAYERS EPOCHS --batch 32 --steps 100 --dropout 0.2 ...

With --updates N the run has N updates, however many epochs these are, and measures every --eval-every of them.
"""
import argparse
import math
import time

import torch

flags = argparse.ArgumentParser()
for name, kind in {"text": str, "cell": str, "hidden": int, "layers": int, "epochs": int}.items():
    flags.add_argument(name, type=kind)
for name, default in {"batch": 32, "steps": 100, "threads": 2, "updates": 0, "eval-every": 0}.items():
    flags.add_argument(f"--{name}", type=int, default=default)
for name, default in {"lr": 2e-3, "dropout": 0.0, "weight-drop": 0.0, "average": 0.0, "forget-bias": 1.0}.items():
    flags.add_argument(f"--{name}", type=float, default=default)
a = flags.parse_args()

torch.manual_seed(1)
torch.set_num_threads(a.threads)
text = open(a.text, encoding="utf-8", newline="").read()
characters = sorted(set(text))
V, H, B, T = len(characters), a.hidden, a.batch, a.steps
place = {c: i for i, c in enumerate(characters)}
ids = torch.tensor([place[c] for c in text])
cut = len(ids) - int(len(ids) * 0.1)
train, validation = ids[:cut], ids[cut:]
length = len(train) // B
streams = train[: length * B].view(B, length).t()
windows = (length - 1) // T
every = a.eval_every or windows
total_updates = a.updates or a.epochs * windows


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        cell = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[a.cell]
        self.rnn = cell(V, H, a.layers, dropout=a.dropout if a.layers > 1 else 0)
        self.dropout = torch.nn.Dropout(a.dropout)
        self.output = torch.nn.Linear(H, V)
        torch.nn.init.uniform_(self.rnn.weight_ih_l0, -1, 1)
        for name, p in self.named_parameters():
            if "bias" in name:
                torch.nn.init.zeros_(p)
            if a.cell == "lstm" and "bias_ih" in name:
                p.data[H : 2 * H] = a.forget_bias

    def forward(self, x, state):
        h, state = self.rnn(torch.nn.functional.one_hot(x, V).float(), state)
        return self.output(self.dropout(h)), state


def detached(state):
    return tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()


@torch.no_grad()
def measure(model):
    model.eval()
    state, nats = None, 0.0
    for at in range(0, len(validation) - 1, 1000):
        x, y = validation[at : at + 1000][:, None], validation[at + 1 : at + 1001]
        logits, state = model(x[: len(y)], state)
        nats += torch.nn.functional.cross_entropy(logits[:, 0], y, reduction="sum").item()
    model.train()
    return nats / (len(validation) - 1) / math.log(2)


model = Model()
weights = list(model.parameters())
recurrent = [p for name, p in model.named_parameters() if "weight_hh" in name]
average = [p.detach().clone() for p in weights]
optimizer = torch.optim.Adam(weights, lr=a.lr)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=total_updates)
print(f"{sum(p.numel() for p in weights)} parameters, torch {torch.__version__}, {a.threads} threads", flush=True)
step, best, seconds, state = 0, math.inf, 0.0, None
total, start = 0.0, time.time()
while step < total_updates:
    w = step % windows
    if w == 0:
        state = None
    x, y = streams[w * T : w * T + T], streams[w * T + 1 : w * T + T + 1]
    if a.weight_drop:
        whole = [p.detach().clone() for p in recurrent]
        masks = [torch.nn.functional.dropout(torch.ones_like(p), a.weight_drop) for p in recurrent]
        for p, mask in zip(recurrent, masks):
            p.data.mul_(mask)
    logits, state = model(x, state)
    state = detached(state)
    loss = torch.nn.functional.cross_entropy(logits.reshape(-1, V), y.reshape(-1))
    optimizer.zero_grad()
    loss.backward()
    if a.weight_drop:
        for p, mask, before in zip(recurrent, masks, whole):
            p.grad.mul_(mask)
            p.data.copy_(before)
    torch.nn.utils.clip_grad_norm_(weights, 5)
    optimizer.step()
    schedule.step()
    step += 1
    decay = min(a.average, (1 + step) / (10 + step)) if a.average else 0
    for mean, p in zip(average, weights):
        mean.lerp_(p.detach(), 1 - decay)
    total += loss.item()
    if step % every != 0:
        continue
    seconds += time.time() - start
    trained = [p.detach().clone() for p in weights]
    for p, mean in zip(weights, average):
        p.data.copy_(mean)
    bpc = measure(model)
    for p, before in zip(weights, trained):
        p.data.copy_(before)
    best = min(best, bpc)
    print(
        f"epoch {step / windows:.0f}: train {total / every / math.log(2):.4f}, validation {bpc:.4f}, "
        f"best {best:.4f} bpc, {seconds:.0f} s of training, {step * B * T / seconds:.0f} characters/s",
        flush=True,
    )
    total, start = 0.0, time.time()
