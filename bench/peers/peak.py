"""The machine's peak of large single-precision matrix products, in GFLOP/s, as PyTorch reaches it.

    python bench/peers/peak.py THREADS
"""
import sys
import time
import torch

torch.set_num_threads(int(sys.argv[1]))
n = 1536
a, b = torch.rand(n, n), torch.rand(n, n)
best = 0
for _ in range(30):
    begin = time.perf_counter()
    a @ b
    best = max(best, 2 * n**3 / (time.perf_counter() - begin) / 1e9)
print(best, "PyTorch", torch.__version__)
