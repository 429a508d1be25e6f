"""What demos share that train a network by full-batch steps."""

from course_lib.demos.kit.demo import Demo
from course_lib.training import train

MOST_STEPS = 200


class FullBatch(Demo):
    """A network that learns all of `X` and `y` at each step, as far as ``state.steps`` says."""

    def new_network(self):
        """Return the network, untrained."""
        raise NotImplementedError

    def recipe(self):
        """Return loss and optimiser, as arguments of `train`."""
        raise NotImplementedError

    def judge(self):
        """Find out what is shown of the network as it is now."""

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
