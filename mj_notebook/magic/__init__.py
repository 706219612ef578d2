"""IPython and nothing else: arguments (pure), the magics, what they display, completion."""
