"""The live side of a job: ipywidgets and anywidget, nothing else.

`job_place` is where a job's panel stands, which among many is made when somebody looks;
`job_panel` joins a job to its panel, `panel` shows one job on plain ipywidgets, `buttons` makes
buttons of what its task offers, and `shared` holds what all panels have in common.

`painter` is the canvas on which a mask is painted, `uploader` the place for pictures that a person
chooses: one anywidget each. `upload_form` adds the button that starts something with the pictures.
What they do in a page is written in ``js/`` (its README says how it is built and checked) and read
from ``static/`` by `scripts`.

`page` is the one script that all panels of a page share: it names buttons for who hears them,
copies, and opens pictures over the page (the lightbox).

Places kept for what comes later: windows open in the panel under its buttons (`Panel.open_below`);
many jobs together are one board, never many panels.
"""
