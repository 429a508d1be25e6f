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

Three networks of the same shape learn from the same images, with the same rate. What did C begin
with?
! first_losses | Training loss over 80 steps. A begins near 10 and falls steeply at first; B begins
  just above ln 10 and falls at once; C lies on ln 10 for half of the steps before it falls.
- weights that are too large | That is A: large logits make it sure of nonsense, far above ln 10.
+ weights that are too small | All classes get 1/10, and hardly any gradient comes through such
  weights; so it lies at ln 10 until they have grown.
- a rate that is too small | The three have the same rate, and B learns well with it.

Truth in rows. The network calls an image a D. What do you know?
! four_classes | Confusion matrix of the classes A to D, 50 images each. Row A: 48, 1, 1, 0. Row B:
  6, 41, 3, 0. Row C: 9, 8, 33, 0. Row D: 12, 5, 3, 30.
+ it very probably is one | The column of D holds 30 right answers and no other: precision 1.
- it found all that are D | Recall runs along the row: 30 of 50, the lowest of the four.
- little, for D is the class that it knows worst | It misses many that are D; but when it says D, it
  was right each time.

Where this network is 90 % sure, how often is it right, and which temperature would mend that?
! sure_of_itself | Reliability diagram: all points lie below the dashed line of honesty; at a
  confidence of 0.95 about 0.7 of the answers are right.
- more often; one below 1 | The points would lie above the dashed line.
- as often as it says; none | Then they would lie on the line.
+ less often; one above 1 | The points are below the line: it promises more than it keeps. Heat
  flattens its probabilities, and leaves its answers alone.
""")
