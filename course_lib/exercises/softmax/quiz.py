"""The quiz of lesson 3."""

from course_lib.exercises.quiz import questions

QUIZ = questions("""
You divide all logits by a temperature of 10 before the softmax. What happens?
- another class may win | The order of the logits stays, and so the winner.
- the probabilities add up to less | They add up to 1 at any temperature.
+ the probabilities move closer together | Differences shrink; a very high temperature leaves nearly
  1/10 for each of ten classes.

Before the first step, the loss of a network for ten digits is 9.36. What does that say?
+ it is very sure, and mostly wrong | Not knowing costs ln 10 = 2.303; more takes large logits that
  are wrong.
- it has not learned anything yet | Then 1/10 each would cost ln 10 = 2.303.
- the learning rate is too large | No step has been taken yet.

What does softmax buy over ten sigmoids, each for one digit against the rest?
- fewer weights | Both have one column of W and one bias for each digit.
+ ten probabilities that add up to 1 | The digits compete: one can only gain what others lose.
  Sigmoids may all say no.
- a loss without logarithms | Its cross-entropy has one as well.

Two classes have the logits z and 0. What does softmax give the first?
- 1, for it is z / (z + 0) | It shares out exponentials, not logits.
- ½ | Only where z = 0.
+ σ(z) | It is e^z / (e^z + 1): the sigmoid is a softmax of two.

Truth in rows: 8 of the 10 images in the row of the fives stand in the column of the fives, which
holds 16 images. What is 8/10?
+ recall | Along a row: the share of the true fives that were found.
- precision | That runs down the column: of 16 called a five, 8 were, so 8/16.
- accuracy | That takes the whole diagonal, over all images.

100 images each get an answer with probability 0.9; 75 of the answers are right. What is this
network?
- well calibrated | Then about 90 of the 100 would be right.
+ overconfident | It promises 90 % and keeps 75 %.
- not confident enough | Then more than 90 would be right.
""")
