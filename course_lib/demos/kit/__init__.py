"""What every demo is made of; `demo` ties the rest together.

`controls` says what can be set, `figures` and `marks` what is seen; `stage` speaks with the
browser, and `digits` are what several demos learn from.
"""
