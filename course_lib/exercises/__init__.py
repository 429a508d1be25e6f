"""The exercises of the course: one module for each notebook, named after it."""
