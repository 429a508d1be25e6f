"""The quiz of lesson 5."""

from course_lib.exercises.quiz import questions

QUIZ = questions("""
In a saliency map one pixel of a trouser leg is bright. What does that say?
- that pixel made the network answer “trouser” | A slope says what a change would do, not what has
  led to the answer.
+ a small change of that pixel would move the logit much | That, and for this image alone; in which
  direction, the absolute value hides.
- people look there as well | The map is one of the network; it knows nothing about people.

For a ReLU network the evidence of the pixels and gradient × input agree to ten digits. What does
that confirm?
+ nothing: the two are the same formula | Between its kinks such a network is linear, so slope times
  pixel is the share of the pixel. Compare with something that could have come out otherwise.
- that the map is right about what matters | Two names for one computation would agree for a network
  of noise as well.
- that biases do not matter | They make up the rest of the logit, and belong to no pixel.

You shuffle all weights of the network, and the maps of a method stay much the same. What follows?
- the method is robust | Robust against the loss of all that was learned: then it cannot show any of
  it.
- the network had learned nothing | Its accuracy tells that; here the method was tested.
+ the maps show the image more than what was learned | Where the picture does not change, what it
  shows does not come from the weights.

A hidden unit is at 0 for an image. You switch it off. What happens to the logits?
+ they stay as they are | Its contributions were 0 already. For another image it may be all that
  matters.
- the class that it votes for loses | A vote counts as much as its unit is on, and this one is not
  on at all.
- the unit is of no use to the network | That is no answer about this image's logits, and wrong for
  images where it is on.

The filter of a hidden unit, drawn as a picture, looks like a sleeve. Does the unit find sleeves?
- yes, the weights show what it looks for | Pixels come together: weights on neighbours may cancel,
  and those where images are always empty never count.
+ see which images turn it on, and what is lost without it | The picture gives an idea; images that
  excite the unit and ablation put it to the test.
- no, weights never mean anything | They are all that the network has. But alone, without the
  images, they can mislead.

Why does the fast-gradient-sign attack need only a small ε?
- it finds the few pixels that matter and changes those | It moves every pixel that has a slope,
  each by the same ε.
+ hundreds of small steps all push the same way | Each pixel moves by ε in its own worst direction;
  over 784 of them it adds up.
- the network was not trained for long enough | Well-trained networks fall for it, too: they have
  slopes over their pixels as well.
""")
