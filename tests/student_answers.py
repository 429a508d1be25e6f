"""What a simulated student writes into the cells of the exercises: right answers of its own.

Every second one is in another style than the lessons', with a helper or in other words. `SLOW` has
right answers with loops over examples, pixels or numbers.
"""

import numpy as np

# --- Lesson 1 ------------------------------------------------------------------------------------


def sigmoid(z):
    return 0.5 + 0.5 * np.tanh(np.divide(z, 2))


def forward(X, w, b):
    z = np.einsum("ij,j->i", X, w) + b
    return sigmoid(z)


def binary_cross_entropy(y, y_hat):
    small = 1e-15
    right = np.where(np.asarray(y) == 1, y_hat, 1 - np.asarray(y_hat))
    return float(np.mean(-np.log(np.maximum(right, small))))


def gradients(X, y, y_hat):
    m = X.shape[0]
    off = (y_hat - y) / m
    return np.dot(off, X), off.sum()


def gradient_step(w, b, dw, db, learning_rate):
    new_w = np.subtract(w, np.multiply(learning_rate, dw))
    new_b = b - learning_rate * db
    return new_w, new_b


def train_neuron(X, y, w, b, learning_rate, steps):
    losses = []
    while len(losses) < steps:
        answers = forward(X, w, b)
        losses.append(binary_cross_entropy(y, answers))
        slopes = gradients(X, y, answers)
        w, b = gradient_step(w, b, *slopes, learning_rate)
    return w, b, losses


def mend_neuron(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = sigmoid(X @ w + b)
        losses.append(binary_cross_entropy(y, y_hat))
        error = y_hat - y
        w = w - learning_rate * (X.T @ error) / len(error)
        b = b - learning_rate * np.mean(error)
    return w, b, losses


# --- Lesson 2 ------------------------------------------------------------------------------------


def relu(Z):
    Z = np.asarray(Z)
    return np.where(Z > 0, Z, np.zeros_like(Z))


def relu_grad(Z):
    Z = np.asarray(Z)
    return np.greater(Z, 0).astype(Z.dtype)


def tanh_grad(Z):
    A = np.tanh(Z)
    return (1 - A) * (1 + A)


def init_weights(n_in, n_out, rng):
    W = rng.normal(scale=n_in**-0.5, size=(n_in, n_out))
    return W, np.zeros(n_out)


def forward_two_layers(X, W1, b1, W2, b2):
    Z1 = np.dot(X, W1) + b1
    A1 = np.tanh(Z1)
    Z2 = np.dot(A1, W2) + b2
    return Z1, A1, Z2, sigmoid(Z2)


def backward_two_layers(X, y, W2, Z1, A1, P):
    m = len(y)
    dZ2 = (P - np.reshape(y, (m, 1))) / m
    dZ1 = tanh_grad(Z1) * np.dot(dZ2, np.transpose(W2))
    return np.dot(X.T, dZ1), dZ1.sum(0), np.dot(A1.T, dZ2), dZ2.sum(0)


def train_two_layers(X, y, W1, b1, W2, b2, learning_rate, steps):
    weights, losses = [W1, b1, W2, b2], []
    for _ in range(steps):
        Z1, A1, Z2, P = forward_two_layers(X, *weights)
        losses.append(np.mean(np.logaddexp(0, Z2[:, 0]) - y * Z2[:, 0]))
        slopes = backward_two_layers(X, y, weights[2], Z1, A1, P)
        weights = [w - learning_rate * dw for w, dw in zip(weights, slopes, strict=True)]
    return (*weights, losses)


def mend_backward(X, y, W2, Z1, A1, P):
    dZ2 = (P - y[:, None]) / len(y)
    dA1 = dZ2 @ W2.T
    dZ1 = dA1 * (1 - np.tanh(Z1) ** 2)
    return X.T @ dZ1, dZ1.sum(axis=0), A1.T @ dZ2, dZ2.sum(axis=0)


def numerical_gradient(f, w, h):
    slopes = np.zeros(np.shape(w))
    for place in np.ndindex(*np.shape(w)):
        up, down = np.array(w, float), np.array(w, float)
        up[place] += h
        down[place] -= h
        slopes[place] = (f(up) - f(down)) / (2 * h)
    return slopes


# --- Lesson 3 ------------------------------------------------------------------------------------


def one_hot(y, n_classes):
    classes = np.arange(n_classes)
    return np.equal.outer(y, classes).astype(float)


def softmax(Z):
    shifted = Z - np.max(Z, axis=-1, keepdims=True)
    powers = np.exp(shifted)
    return powers / np.sum(powers, axis=-1, keepdims=True)


def cross_entropy(y, P):
    chosen = np.take_along_axis(P, np.reshape(y, (-1, 1)), axis=1)
    return -np.log(np.maximum(chosen, 1e-12)).mean()


def softmax_cross_entropy_grad(y, P):
    dZ = np.array(P)
    dZ[np.arange(len(y)), y] -= 1
    dZ /= len(y)
    return dZ


def accuracy(y, P):
    return np.equal(np.argmax(P, axis=1), y).sum() / len(y)


def precision_recall(matrix, c):
    hits = matrix[c, c]
    called, there = matrix.sum(axis=0)[c], matrix.sum(axis=1)[c]
    return (hits / called if called else 0.0), (hits / there if there else 0.0)


def mend_softmax_training(X, y, W, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        P = softmax(X @ W + b)
        losses.append(cross_entropy(y, P))
        dZ = softmax_cross_entropy_grad(y, P)
        W = W - learning_rate * (X.T @ dZ)
        b = b - learning_rate * dZ.sum(axis=0)
    return W, b, np.array(losses)


# --- Lesson 4 ------------------------------------------------------------------------------------


def minibatches(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    while len(order):
        batch, order = order[:batch_size], order[batch_size:]
        yield X[batch], y[batch]


def train_validation_split(X, y, fraction, rng):
    n_val = round(fraction * len(y))
    order = rng.permutation(len(y))
    first, rest = np.split(order, [n_val])
    return X[rest], X[first], y[rest], y[first]


def l2_penalty(weights, strength):
    total, slopes = 0.0, []
    for w in weights:
        counts = strength if np.ndim(w) > 1 else 0.0  # biases are left alone
        total += counts / 2 * np.sum(w * w)
        slopes.append(counts * w)
    return total, slopes


def momentum_step(w, v, dw, learning_rate, beta):
    velocity = beta * v
    velocity = velocity - learning_rate * dw
    return w + velocity, velocity


def adam_step(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m = m + (1 - beta1) * (dw - m)
    v = v + (1 - beta2) * (np.square(dw) - v)
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w - learning_rate * step, m, v


def should_stop(validation_losses, patience):
    if len(validation_losses) == 0:
        return False
    losses = list(validation_losses)
    return len(losses) - 1 - losses.index(min(losses)) >= patience


def forward_deep(X, layers):
    inputs = [X]
    for W, b in layers[:-1]:
        inputs.append(relu(inputs[-1] @ W + b))
    W, b = layers[-1]
    return inputs, inputs[-1] @ W + b


def backward_deep(dZ, inputs, layers):
    slopes = []
    for k in range(len(layers) - 1, -1, -1):
        slopes.append((inputs[k].T @ dZ, dZ.sum(axis=0)))
        if k > 0:
            dZ = (dZ @ layers[k][0].T) * (inputs[k] > 0)
    return slopes[::-1]


def train_network(X, y, layers, batch_size, learning_rate, epochs, rng):
    layers, losses = [(W.copy(), b.copy()) for W, b in layers], []
    for _ in range(epochs):
        total = 0.0
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            inputs, Z = forward_deep(X_batch, layers)
            P = softmax(Z)
            total += len(y_batch) * cross_entropy(y_batch, P)
            slopes = backward_deep(softmax_cross_entropy_grad(y_batch, P), inputs, layers)
            layers = [
                (W - learning_rate * dW, b - learning_rate * db)
                for (W, b), (dW, db) in zip(layers, slopes, strict=True)
            ]
        losses.append(total / len(y))
    return layers, losses


def mend_epoch(X, y, W, b, batch_size, learning_rate, rng):
    total = 0.0
    for X_batch, y_batch in minibatches(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = softmax_cross_entropy_grad(y_batch, P)
        W = W - learning_rate * X_batch.T @ dZ
        b = b - learning_rate * dZ.sum(axis=0)
    return W, b, total / len(y)


# --- Lesson 5 ------------------------------------------------------------------------------------


def hidden_activations(X, W1, b1):
    Z1 = np.add(np.dot(X, W1), b1)
    return 0.5 + 0.5 * np.tanh(Z1 / 2)


def class_evidence(a1, W2, b2, c):
    parts = np.multiply(a1, W2[:, c])
    return parts, np.sum(parts) + b2[c]


def saliency(net, x, c):
    Z = net.forward(np.reshape(x, (1, -1)))
    choice = np.zeros(Z.shape)
    choice[:, c] = 1.0
    return np.absolute(net.backward(choice, input_gradient=True)).ravel()


def occlusion_map(predict, image, c, size):
    image, half = np.reshape(image, (28, 28)), size // 2
    covered = np.repeat(image.reshape(1, 784), 784, axis=0).reshape(28, 28, 28, 28)
    for i in range(28):
        for j in range(28):
            covered[i, j, max(0, i - half) : i + half + 1, max(0, j - half) : j + half + 1] = 0
    before = predict(image.reshape(1, 784))[0, c]
    return before - predict(covered.reshape(784, 784))[:, c].reshape(28, 28)


def most_confused(matrix, k):
    found = []
    for true in range(len(matrix)):
        for predicted in range(len(matrix)):
            if true != predicted:
                found.append((true, predicted, int(matrix[true, predicted])))
    found.sort(key=lambda one: one[2], reverse=True)
    return found[:k]


def perturb(x, gradient, epsilon):
    moved = x + epsilon * np.sign(gradient)
    return np.minimum(np.maximum(moved, 0), 1)


def mend_saliency(net, x, c):
    Z = net.forward(np.reshape(x, (1, -1)))
    dZ = np.zeros(Z.shape)
    dZ[0, c] = 1
    return np.abs(net.backward(dZ, input_gradient=True)[0])


# --- Right, and slow -----------------------------------------------------------------------------

SLOW = {
    "sigmoid": """
def sigmoid(z):
    flat = [0.5 + 0.5 * np.tanh(one / 2) for one in np.ravel(z)]
    return np.reshape(flat, np.shape(z))
""",
    "forward": """
def forward(X, w, b):
    found = []
    for x in X:
        found.append(0.5 + 0.5 * np.tanh((x @ w + b) / 2))
    return np.array(found)
""",
    "gradients": """
def gradients(X, y, y_hat):
    dw, db = np.zeros(X.shape[1]), 0.0
    for i in range(len(y)):
        error = y_hat[i] - y[i]
        dw, db = dw + error * X[i] / len(y), db + error / len(y)
    return dw, db
""",
    "relu": """
def relu(Z):
    A = np.array(Z)
    for place in np.ndindex(A.shape):
        if A[place] < 0:
            A[place] = 0
    return A
""",
    "one_hot": """
def one_hot(y, n_classes):
    Y = np.zeros((len(y), n_classes))
    for i, k in enumerate(y):
        Y[i, k] = 1
    return Y
""",
    "softmax": """
def softmax(Z):
    if np.ndim(Z) == 1:
        return np.exp(Z - Z.max()) / np.exp(Z - Z.max()).sum()
    return np.array([softmax(row) for row in Z])
""",
    "cross_entropy": """
def cross_entropy(y, P):
    total = 0.0
    for i in range(len(y)):
        total -= np.log(max(P[i, y[i]], 1e-12))
    return total / len(y)
""",
    "softmax_cross_entropy_grad": """
def softmax_cross_entropy_grad(y, P):
    dZ = np.array(P)
    for i in range(len(y)):
        dZ[i, y[i]] -= 1
    return dZ / len(y)
""",
    "accuracy": """
def accuracy(y, P):
    hits = 0
    for i in range(len(y)):
        hits += int(np.argmax(P[i]) == y[i])
    return hits / len(y)
""",
    "hidden_activations": """
def hidden_activations(X, W1, b1):
    return np.array([0.5 + 0.5 * np.tanh((x @ W1 + b1) / 2) for x in X])
""",
}
