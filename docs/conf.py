"""Settings of Sphinx for both languages: `make docs` builds docs/en, and docs/zh with -D language=zh_CN."""

import logging

import jieba
from pygments.lexers.special import TextLexer

project = "kgbuild"
author = "kgbuild contributors"
copyright = "kgbuild contributors"  # noqa: A001 - Sphinx wants this name
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "kgbuild"
html_static_path = ["static"]
html_css_files = ["docs.css"]
html_show_sphinx = False
html_copy_source = False
html_theme_options = {"top_of_page_buttons": []}
smartquotes = False
default_role = "code"  # in docstrings, single backticks are names
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
suppress_warnings = ["misc.highlighting_failure"]  # the lexers know no property paths, and no … for what is left out
templates_path = ["templates"]
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "language.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}


jieba.setLogLevel(logging.WARNING)  # by which Sphinx cuts Chinese into words to search


def setup(app):  # noqa: ANN001, ANN201, D103 - Sphinx calls it
    app.add_lexer("answer", TextLexer)
