"""
The backends: what makes pictures, films and texts, where a real proxy would ask a model.

A backend is given a value that says what a picture shows (`image_specs`) and returns bytes; it
knows no tasks, no buttons and no HTTP, so another engine can stand in its place.
"""
