"""The live side of a job: ipywidgets and anywidget, nothing else.

`live` joins a job to its panel, `panel` shows one job on plain ipywidgets, `offer` makes buttons of
what its task offers, and `shared` holds what all panels have in common.

`painter` is the canvas on which a mask is painted: one anywidget, its script in files beside it.

`page` is the one script that all panels of a page share: it names buttons for who hears them,
copies, and opens pictures over the page (the lightbox).

Places kept for what comes later: windows open in the panel under its buttons (`Panel.open_below`);
other canvas parts (uploader) are anywidgets in files of their own, too; and many jobs together are
one board, never many panels.
"""
