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

Three runs from the same start, with the learning rates 0.005, 0.5 and 60. Which curve is which?
! three_rates | Loss over 60 steps, three curves that begin at 0.8. A leaps to 1.8 at its first
  step, comes down to 0.3 and then goes up and down without end. B falls in an almost straight
  line to 0.7. C falls steeply at first and levels off at 0.2.
- A 0.005, B 0.5, C 60 | A small rate never leaps: its steps are short.
- A 0.5, B 0.005, C 60 | A rate of 60 overshoots; C has not risen once.
+ A 60, B 0.005, C 0.5 | Too large leaps over the valley, too small has hardly begun, and between
  them a calm curve comes to rest.

This neuron looks for zeros. What are its precision and its recall?
! rare_class | Confusion matrix of 1,000 test images, truth in rows. Of the images that are not zero
  890 are called so and 10 are called zero; of the zeros 50 are called not zero and 50 zero.
- 94 % and 94 % | 94 % is its accuracy: 940 of 1,000 are right.
- 50 % and 83 % | These have changed places. Recall looks along the row of the zeros.
+ 83 % and 50 % | Of 60 alarms 50 are right: precision. Of 100 zeros 50 are found: recall.
- 99 % and 50 % | 99 % is the share of the others that it passes over.

A neuron has learned to find one digit in images of 8 × 8 pixels. Which? These are its weights.
! whose_weights | 64 weights as an image. Positive weights, outlined solid, stand one above the
  other in the middle columns, strongest in the upper half; negative ones, outlined dashed, lie to
  the left and to the right of them, and one at the top edge.
- a zero | For a zero, ink in the middle would speak against it.
+ a one | Ink in a narrow column speaks for it, ink on either side against it.
- a seven | A seven has its bar at the top, where these weights are negative.

No image with y = 1 may be missed. Where do you put the threshold, and what does it cost?
! two_histograms | Histograms of the outputs for two classes. Those with y = 0 pile up below 0.1,
  and a few reach up to 1. Those with y = 1 pile up above 0.9; some lie around 0.5, the lowest
  between 0.1 and 0.2.
- at 0.9: nothing is missed there | Everything with y = 1 to the left of it would be missed.
- at 0.5: it costs nothing | Several with y = 1 lie below one half, and some with y = 0 above.
+ at 0.1: it costs false alarms | All with y = 1 lie to the right of it, and so do 17 of
  the 60 others.
""")
