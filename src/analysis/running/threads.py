"""Linear algebra in one thread: its matrices are small here, and processes run side by side.

Otherwise every process that loads numpy starts a thread for each core, which spins for a tenth of
a second before it sleeps.
"""

from __future__ import annotations

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""What the environment says to the libraries that numpy may be built with."""
