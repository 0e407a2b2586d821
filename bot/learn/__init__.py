"""Learning the weights of `data/lexicon/` and measuring them; offline, the only importer of scikit-learn.

One thread: matrices as thin as these take ten times as long where several processors wait for each other.
"""

import os

for library in ("OMP", "OPENBLAS"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")
