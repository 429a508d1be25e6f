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

You switch unit 3 off. What is the score then?
! votes | Seven bars that add up from left to right. Unit 0 adds 2.5, unit 1 nothing, unit 2 adds 1,
  unit 3 takes away 1.75, unit 4 adds 0.5, unit 5 takes away 0.75, the bias adds 0.25; their sum is
  1.75.
+ 3.5 | The sum without its −1.75. This is exact, since units that are side by side do not hear of
  one another.
- 1.75: the others make up for it | They are as on as before: nothing comes from unit 3 to them.
- 0 | That is what unit 3 would add; the rest stays.

One of the two networks is trained, the other has its weights shuffled. Which is trained?
! two_networks | Four small digits, and below each the strength of gradient × input of two networks.
  Both rows show dark pixels along the strokes of the digit, and white where the picture is blank.
- A: its maps follow the strokes | So do those of B: blank pixels are 0 for every network.
+ such maps do not tell | Both show the digit that they were multiplied with. A map that looks
  right for a network of noise is no evidence.
- B: its maps are darker inside | The darkest pixel of each map was made black; that says nothing.

Both lines move every pixel by ε, one of them at random. What do the two together show?
! under_attack | Share right against ε from 0 to 0.3. A falls from 0.9 to 0.7; B falls to 0.5 at an
  ε of 0.1 and to 0 soon after 0.2.
- the network is safe up to ε = 0.3, by A | Only against changes that do not look for its weak side.
- the pictures at ε = 0.1 are too poor to be read | Then A would fall as B does.
+ the aim does it, not the size of the change | A is the control: steps of the same size, and little
  happens. In B they all go the network's worst way.
""")
