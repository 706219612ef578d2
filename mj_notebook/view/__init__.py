"""Showing, as values and strings: facts of a job → TaskView → HTML, text, mimebundle."""
