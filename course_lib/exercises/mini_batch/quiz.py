"""The quiz of lesson 4."""

from course_lib.exercises.quiz import questions

QUIZ = questions("""
60,000 images, 128 in a batch. How many steps does an epoch take?
- 128 | That is how many images a step sees.
- 468 | So many batches are full. The images that are left make another, short one.
+ 469 | 468 full batches, and one with the 96 images that are left.
- 60,000 | Only where a batch holds a single image.

The images are sorted by class, and nobody shuffles them. What will mini-batch descent suffer from
most?
- an epoch takes more steps | Their number depends on the batch size, not on the order.
+ each batch pulls towards the class it holds, and the next away from it | A batch's gradient should
  be a noisy copy of the whole one. Of a single class it is not.
- the loss can no longer be computed | It can, batch by batch; it only speaks of one class at a
  time.

You try 20 values of λ and ship the network with the best validation accuracy, 87 %. What may you
promise for new images?
- 87 % | It is the best of 20, and luck had a part in that: these images have been used to choose.
- its training accuracy | Those images it has learned from.
+ what it gets on test images that had no part in training or choosing | That is what they are kept
  for, and the reason to look at them once.

The training loss falls to the end. The validation loss is lowest after epoch 12, then rises;
patience 5 ends it after epoch 17. Which weights do you keep?
+ those after epoch 12 | From then on it got better at the training images alone: it over-fits.
  Hence the copy of the best weights.
- those after epoch 17 | They have the lower training loss, but do worse on images that they never
  saw.
- none: it has not learned enough | Under-fitting looks different: there both losses stay high.

4,000 images. One method adds λ/(2·4000)·ΣW² to the mean loss; another, with batches of 200, adds
λ/(2·200)·ΣW² in every step. Is λ = 1 the same for both?
- yes: λ is λ | What counts is the factor that ΣW² has beside a mean loss.
+ no: in the second the penalty is 20 times as strong | 4000/200 = 20. Compare the two at λ = 1 and
  λ = 0.05, and the race is fair.
- no: in the second it is 20 times as weak | It divides by the smaller number.
- yes: 20 batches of 200 make up for it | Each of the 20 steps has a mean loss and a penalty of its
  own: their ratio stays.

Adam without bias correction, β₁ = 0.9, β₂ = 0.999. How long is its first step?
- a tenth of the learning rate | m is a tenth of the gradient; but the root of v, which divides it,
  is far too small as well.
- as long as the learning rate | With the correction it is, whatever the gradient.
+ about three times the learning rate | 0.1/√0.001 = 3.2: v is much slower to leave 0 than m, so the
  first steps are too long.

What does this run need first?
! over_fitting | Two curves over 60 epochs. The training loss falls from 0.3 to 0.2. The validation
  loss is lowest in the first epochs, near 0.55, and then rises for the rest of the run, above 0.9.
- more epochs | It learns on and on, but only what these few training points are like.
- more hidden units | The training loss falls towards 0: the network is large enough, if not too
  large.
+ to stop early, or a penalty | From its lowest point on the validation loss rises while the
  training loss falls: it over-fits.
- a larger learning rate | The training loss falls without trouble. What is wrong is what the
  network does on other points.

The three runs differ in their learning rate alone. Which rates would you change, and how?
! three_rates | Three losses over 25 epochs. A falls slowly, from 0.74 to 0.6. B falls fast, to 0.2.
  C stays above 1.8 and jumps up and down.
- A down, C up | A is slow already, and C jumps.
+ A up, C down | A creeps: its steps are short. C jumps over the valley, again and again.
- none: more epochs will do | For A, many more. C does not come to rest, however long one waits.
- B up | B falls fast and smoothly. It may bear more, but the other two are the ones in trouble.

One of the two paths has momentum. Which, and how do you know?
! two_paths | A narrow valley from left to right, with two paths of 30 steps from the same point. A
  drops to the floor and creeps along it. B swings past the floor, gathers speed along the valley,
  and runs beyond the lowest point.
- A: it goes straight | Plain descent has no speed to lose: it follows the slope where it stands.
+ B: it gathers speed and overshoots | A velocity builds up along the valley, where the slopes
  agree, and it does not stop at once.
- neither: the rates differ | Both have the same rate; the title says so.
""")
