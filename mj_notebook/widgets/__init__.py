"""The live side of a job: ipywidgets and anywidget, nothing else.

`live` joins a job to its panel, `panel` shows one job on plain ipywidgets, `offer` makes buttons of
what its task offers, and `shared` holds what all panels have in common.

`painter` is the canvas on which a mask is painted, `uploader` the place for pictures that a person
chooses: one anywidget each, their scripts in files beside them. `upload_form` adds the button that
starts something with the pictures.

Places kept for what comes later: windows open in the panel under its buttons (`Panel.open_below`);
other canvas parts (a lightbox) are anywidgets in files of their own, too; and many jobs
together are one board, never many panels.
"""
