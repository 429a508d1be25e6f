"""What `collect` puts below a student's functions: they train 784–128–10 on MNIST by themselves."""

import gzip
import sys
from pathlib import Path

import numpy as np

from course_lib.activations import relu, relu_grad, softmax
from course_lib.batches import minibatches
from course_lib.by_hand.hidden_layer import init_weights
from course_lib.by_hand.mini_batch import adam_step
from course_lib.by_hand.softmax import accuracy, cross_entropy, softmax_cross_entropy_grad


def read(folder, name):
    """Read one file of MNIST, packed or not: images as rows from 0 to 1, or labels."""
    (path, *_) = sorted(Path(folder).glob(f"**/{name}*"))
    data = path.read_bytes()
    data = gzip.decompress(data) if path.suffix == ".gz" else data
    if "labels" in name:
        return np.frombuffer(data, np.uint8, offset=8).astype(int)
    return np.frombuffer(data, np.uint8, offset=16).reshape(-1, 784).astype(np.float32) / 255


def train(X, y, epochs=5, units=128, batch_size=128, learning_rate=0.001):
    """Train one hidden layer of ReLU units with Adam; return its weights and biases."""
    rng = np.random.default_rng(0)
    W1, b1 = init_weights(784, units, rng)
    W2, b2 = init_weights(units, 10, rng)
    weights = [w.astype(np.float32) for w in (W1, b1, W2, b2)]
    means = [(np.zeros_like(w), np.zeros_like(w)) for w in weights]
    t = 0
    for epoch in range(epochs):
        losses = []
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            W1, b1, W2, b2 = weights
            Z1 = X_batch @ W1 + b1
            A1 = relu(Z1)
            P = softmax(A1 @ W2 + b2)
            losses.append(cross_entropy(y_batch, P))
            dZ2 = softmax_cross_entropy_grad(y_batch, P)
            dZ1 = dZ2 @ W2.T * relu_grad(Z1)
            slopes = [X_batch.T @ dZ1, dZ1.sum(axis=0), A1.T @ dZ2, dZ2.sum(axis=0)]
            t += 1
            for i in range(4):
                w, m, v = adam_step(
                    weights[i], *means[i], slopes[i], t, learning_rate, 0.9, 0.999, 1e-8
                )
                weights[i], means[i] = w, (m, v)
        print(f"epoch {epoch + 1}: mean loss {np.mean(losses):.4f}")
    return weights


def main():
    """Train on the folder that the command line names, and judge on the test images."""
    if len(sys.argv) != 2 or not any(Path(sys.argv[1]).glob("**/train-images*")):
        sys.exit("Which folder has the four files of MNIST? python my_network.py FOLDER")
    folder = sys.argv[1]
    W1, b1, W2, b2 = train(read(folder, "train-images"), read(folder, "train-labels"))
    X, y = read(folder, "t10k-images"), read(folder, "t10k-labels")
    P = softmax(relu(X @ W1 + b1) @ W2 + b2)
    print(f"test accuracy: {accuracy(y, P):.2%}")
