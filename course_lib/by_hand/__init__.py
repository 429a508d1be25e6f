"""What the lessons build in the open, one module for each: the references of their exercises.

A lesson goes on with these after an exercise, and demos that train as the lesson did use them as
well. What the library has under the same name and with the same meaning is not written again.
"""
