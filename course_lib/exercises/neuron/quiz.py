"""The quiz of lesson 1."""

from course_lib.exercises.quiz import questions

QUIZ = questions("""
All weights and the bias are 0. What does a sigmoid neuron answer?
- 0 | z is 0, but σ(0) is not.
+ ½ | σ(0) = ½, for every input.
- it depends on the input | With all weights 0 the input has no say.

You double all weights and the bias. What happens to the line where ŷ = ½?
+ it stays | 2z = 0 where z = 0; only the slope across the line gets steeper.
- it moves | It would, if the bias alone were changed.
- it turns | It would, if the ratio of the weights were changed.

What speaks against squared error for a sigmoid neuron?
- it has no derivative | It is as smooth as can be.
+ its slope nearly vanishes where the neuron is confidently wrong | Over the logit it is
  almost flat there: it learns, but slowly.
- it may become negative | A square never is.

In full-batch training the loss jumps up and down for many steps. What do you try first?
- more steps | It would go on jumping.
+ a smaller learning rate | The steps leap over the valley.
- larger initial weights | The steps would be as long as before, from another place.

Of 100 images 2 are zeros. A program says “not zero” 100 times. Its accuracy and recall?
+ 98 % and 0 % | It is right 98 times and finds none of the zeros.
- 98 % and 98 % | Recall counts the zeros only, and it found none.
- 2 % and 100 % | That would be the program that always says “zero”.
""")
