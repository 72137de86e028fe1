"""Characters per second of PyTorch on the same work: one-hot input, cross-entropy, clip 5, RMSprop, carried state.

    python bench/peers/torch_rnn.py CELL HIDDEN BATCH STEPS LAYERS THREADS SECONDS
"""
import sys
import time
import torch

cell, (H, B, T, L, threads), seconds = sys.argv[1], map(int, sys.argv[2:7]), float(sys.argv[7])
V = 65
torch.set_num_threads(threads)
torch.manual_seed(0)
kind = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell]
rnn, output = kind(V, H, L), torch.nn.Linear(H, V)
parameters = list(rnn.parameters()) + list(output.parameters())
optimizer = torch.optim.RMSprop(parameters, lr=2e-3, alpha=0.95)
ids = torch.randint(V, (100, T + 1, B))
eye = torch.eye(V)
state = None


def step(i):
    global state
    window = ids[i % 100]
    optimizer.zero_grad(set_to_none=True)
    out, state = rnn(eye[window[:-1]], state)
    loss = torch.nn.functional.cross_entropy(output(out).reshape(-1, V), window[1:].reshape(-1))
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 5.0)
    optimizer.step()
    state = tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()


begin = time.perf_counter()
while time.perf_counter() - begin < 0.5:
    step(0)
rates = []
for _ in range(5):
    begin, count = time.perf_counter(), 0
    while time.perf_counter() - begin < seconds / 5:
        step(count)
        count += 1
    rates.append(count * B * T / (time.perf_counter() - begin))
print(sorted(rates)[2], "PyTorch", torch.__version__)
