"""What demos share that train a network by full-batch steps."""

from course_lib.training import train

from .kit.demo import Demo

MOST_STEPS = 200


class FullBatch(Demo):
    """A network that learns all of `X` and `y` at each step, as far as ``state.steps`` says.

    A subclass has these data, ``new_network()``, a ``recipe()`` of loss and optimiser, and
    ``judge()``, which finds out what is shown of the network as it is now.
    """

    def prepare(self):
        """Make the network, and train it as far as the state says."""
        self.network, self.losses = self.new_network(), []
        if self.state.steps:
            self.train(self.state.steps)
        self.judge()

    def train(self, steps):
        """Take full-batch steps."""
        self.losses += train(self.network, self.X, self.y, epochs=steps, **self.recipe()).loss

    def advance(self):
        """Take one step."""
        if self.state.steps < MOST_STEPS:
            self.state.steps += 1
            self.train(1)
            self.judge()
        return self.state.steps < MOST_STEPS
