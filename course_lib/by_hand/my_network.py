"""What `collect` puts below a student's functions: they train 784–128–10 on MNIST by themselves."""

import gzip
import sys
from pathlib import Path

import numpy as np

from course_lib.activations import softmax
from course_lib.by_hand.hidden_layer import init_weights
from course_lib.by_hand.mini_batch import forward_deep, train_network
from course_lib.by_hand.softmax import accuracy


def read(folder, name):
    """Read one file of MNIST, packed or not: images as rows from 0 to 1, or labels."""
    (path, *_) = sorted(Path(folder).glob(f"**/{name}*"))
    data = path.read_bytes()
    data = gzip.decompress(data) if path.suffix == ".gz" else data
    if "labels" in name:
        return np.frombuffer(data, np.uint8, offset=8).astype(int)
    return np.frombuffer(data, np.uint8, offset=16).reshape(-1, 784).astype(np.float32) / 255


def train(X, y, epochs=6, units=128, batch_size=64, learning_rate=0.2):
    """Train one hidden layer of ReLU units by mini-batch descent; return the layers."""
    rng = np.random.default_rng(0)
    layers = [init_weights(784, units, rng), init_weights(units, 10, rng)]
    layers = [(W.astype(np.float32), b.astype(np.float32)) for W, b in layers]
    for epoch in range(epochs):
        layers, (loss,) = train_network(X, y, layers, batch_size, learning_rate, 1, rng)
        print(f"epoch {epoch + 1}: mean loss {loss:.4f}")
    return layers


def main():
    """Train on the folder that the command line names, and judge on the test images."""
    if len(sys.argv) != 2 or not any(Path(sys.argv[1]).glob("**/train-images*")):
        sys.exit("Which folder has the four files of MNIST? python my_network.py FOLDER")
    folder = sys.argv[1]
    layers = train(read(folder, "train-images"), read(folder, "train-labels"))
    X, y = read(folder, "t10k-images"), read(folder, "t10k-labels")
    _, Z = forward_deep(X, layers)
    print(f"test accuracy: {accuracy(y, softmax(Z)):.2%}")
