"""The classic training step in numpy, float64: one stream, a loop over time, clip every element to 5, Adagrad.

    python bench/peers/min_char_rnn.py HIDDEN STEPS SECONDS
"""
import sys
import time
import numpy as np

H, T, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
V = 65
rng = np.random.default_rng(0)
Wxh, Whh, Why = (rng.standard_normal(shape) * 0.01 for shape in ((H, V), (H, H), (V, H)))
bh, by = np.zeros((H, 1)), np.zeros((V, 1))
parameters = [Wxh, Whh, Why, bh, by]
memory = [np.zeros_like(p) for p in parameters]
text = rng.integers(V, size=10000)
state = np.zeros((H, 1))


def step(i):
    global state
    at = (i * T) % (len(text) - T - 1)
    inputs, targets = text[at : at + T], text[at + 1 : at + T + 1]
    xs, hs, ps = [], [state], []
    for character in inputs:
        x = np.zeros((V, 1))
        x[character] = 1
        h = np.tanh(Wxh @ x + Whh @ hs[-1] + bh)
        y = Why @ h + by
        p = np.exp(y - y.max())
        xs.append(x)
        hs.append(h)
        ps.append(p / p.sum())
    gradients = [np.zeros_like(p) for p in parameters]
    dWxh, dWhh, dWhy, dbh, dby = gradients
    dh_next = np.zeros((H, 1))
    for t in reversed(range(T)):
        dy = ps[t].copy()
        dy[targets[t]] -= 1
        dWhy += dy @ hs[t + 1].T
        dby += dy
        dz = (1 - hs[t + 1] ** 2) * (Why.T @ dy + dh_next)
        dbh += dz
        dWxh += dz @ xs[t].T
        dWhh += dz @ hs[t].T
        dh_next = Whh.T @ dz
    for parameter, gradient, squares in zip(parameters, gradients, memory):
        np.clip(gradient, -5, 5, out=gradient)
        squares += gradient * gradient
        parameter -= 0.1 * gradient / np.sqrt(squares + 1e-8)
    state = hs[-1]


count = 0
rates = []
for limit in [0.5] + [seconds / 5] * 5:
    begin, first = time.perf_counter(), count
    while time.perf_counter() - begin < limit:
        step(count)
        count += 1
    rates.append((count - first) * T / (time.perf_counter() - begin))
print(sorted(rates[1:])[2], "numpy", np.__version__)
