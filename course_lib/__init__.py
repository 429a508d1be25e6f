"""The tested NumPy primitives of *From One Neuron*, a hands-on course on neural networks.

Import what you need from the module that owns it, for example
``from course_lib.activations import sigmoid``. Importing the package itself loads nothing.
"""
