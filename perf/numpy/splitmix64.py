"""The numbers of VecNet's generator: the same operands in every process (src/VecNet/Functions/SplitMix64.cs)."""
import numpy as np


class SplitMix64:
    def __init__(self, seed):
        self.state = np.uint64(seed)

    def doubles(self, count):
        """The next numbers of [0, 1)."""
        with np.errstate(over="ignore"):
            z = self.state + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
            if count > 0:
                self.state = z[-1]
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            z ^= z >> np.uint64(31)
        return (z >> np.uint64(11)) * 2.0**-53
