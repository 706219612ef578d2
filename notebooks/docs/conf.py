"""How the documentation is built: ``python -m sphinx -W -b html notebooks/docs site``."""

from mj_notebook import __version__

project = "mj_notebook"
release = version = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
exclude_patterns = ["_build"]

# Pages are Markdown as GitHub shows it; links may lead to a heading.
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
highlight_language = "none"
smartquotes = False  # "--ar" is no dash
copybutton_exclude = ".linenos, .gp"

# Docstrings name things between single backticks.
default_role = "py:obj"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_member_order = "bysource"
python_use_unqualified_type_names = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = "mj_notebook"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_copy_source = False
html_show_copyright = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#7a4300", "color-brand-content": "#8a4b00"},
    "dark_css_variables": {"color-brand-primary": "#ffb964", "color-brand-content": "#ffb964"},
}
