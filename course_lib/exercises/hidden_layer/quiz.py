"""The quiz of lesson 2."""

from course_lib.exercises.quiz import questions

QUIZ = questions("""
One neuron cannot tell an inner circle from an outer one. What does a hidden layer add?
- more training data | The data stay what they are; they are only looked at in another way.
- a better loss | The loss is the same cross-entropy.
+ features that are learned | The output is still one neuron, but its inputs are now
  learned: in them a plane does separate.

Ten layers of 100 units each, none with an activation, then a sigmoid. Its boundary?
+ a straight line, or a plane | A product of matrices is one matrix: all of it is a single neuron.
- a curve with up to ten bends | Bends come from activations, and there is none between the layers.
- any curve | With activations between the layers, nearly any.

All weights of a network start at the same number. What happens to a hidden layer in training?
- it is slow at first, then as usual | Nothing ever makes its units differ.
+ all its units stay alike | Same weights, same gradients, same steps: together they are worth one
  unit.
- nothing: every gradient is 0 | Nearly so where all are 0; other equal ones do move, but all alike.

How many numbers does a network 784–40–10 learn?
- 31,760 | These are the weights: 784·40 + 40·10. Add the biases.
- 31,800 | The ten output units have a bias each, too.
- 32,594 | A bias belongs to a unit: the 784 inputs have none.
+ 31,810 | 40·(784 + 1) + 10·(40 + 1): each unit has its weights and a bias.

Hidden sigmoid units on 784 pixels, weights standard normal. Why do they hardly learn?
+ their sums are large, and there the sigmoid is flat | Saturated: the slope is nearly 0, and the
  gradient is multiplied by it.
- their sums are nearly 0, so all units answer ½ | That comes of weights that are too small.
- the learning rate is too small for so many weights | A larger one would not bring back a slope
  that is lost.

Your backpropagation has a factor f′(Z1) missing. What tells you?
- the loss, which rises | It may well fall: the direction is roughly right.
- the test accuracy, which is poor | On zero against the rest it is within a tenth of a
  percentage point of the right code's.
+ centred differences of the loss | They do without your chain rule, and give other numbers.

These are the answers of 50 hidden tanh units before training. What will happen?
! crowded_histogram | Histogram of activations from -1 to 1. More than 40 % of all answers pile up
  at -1, as many at 1; the rest lie thinly in between.
- they learn fast, since they are decided | Where tanh is decided it is flat: hardly any slope.
+ they hardly learn: their weights are too large | Saturated: the error that comes back is
  multiplied by a slope of almost 0.
- they stay equal for ever | Equal units would all give the same answer to an image.

The loss stands at 0.693 for a long time. What do you conclude at step 1,000?
! level_then_falling | Loss over 6,000 steps: level at 0.69 for more than a thousand steps, then it
  falls steeply, and ends near 0.
- it has converged | It falls later, and by far: a level curve is no proof.
- the network cannot solve the task | At step 6,000 it has solved it.
+ nothing yet: a plateau, an end and a mistake look alike there | Look at the slopes, the start and
  a gradient check, or wait.

A gradient check of a way back gives these errors. Where do you look for the mistake?
! four_errors | Bars of the relative error on a logarithmic scale: those of dW1 and db1 are above
  0.1, those of dW2 and db2 far below the dashed line at 1e-7.
- in the error at the output, P - y | Then dW2 and db2 would be wrong as well.
- in the learning rate | The check takes no step.
+ between the output layer and the first: in dZ1 | Both slopes of the first layer come from dZ1, and
  the output layer is right.
""")
