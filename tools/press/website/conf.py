"""How Sphinx makes the website of the folder that `press.site` puts together."""

from pathlib import Path

from myst_nb.sphinx_ import HideCodeCellNode
from press import lite
from press.site import LESSONS, elsewhere, launch

project = "From One Neuron"
language = "en"  # Sphinx has no words of its own for British English, and its search breaks there
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
highlight_language = "none"  # of what names none: commands, which are for no one language
exclude_patterns = ["README.md", "parts", "extra"]
templates_path = ["_templates"]

# --- Lessons: as they are stored -----------------------------------------------------------------

nb_execution_mode = "off"
nb_render_markdown_format = "myst"
myst_enable_extensions = ["dollarmath", "amsmath", "attrs_block", "html_image"]
myst_heading_anchors = 4
# From this site alone; version 4 would ask a server for its fonts.
mathjax_path = "mathjax/tex-svg.js"
mathjax3_config = {"options": {"enableMenu": False}}

# --- Library -------------------------------------------------------------------------------------

autodoc_default_options = {"members": True, "member-order": "bysource"}
napoleon_google_docstring = False
# As they are written: names that share a line stay together, and shapes are no links.
napoleon_use_param = napoleon_use_rtype = False
napoleon_custom_sections = [("Attributes", "params_style")]
add_module_names = False
# `SGD` in a docstring is code, and a link where the name is known.
default_role = "py:obj"

# --- Look ----------------------------------------------------------------------------------------

html_theme = "sphinx_book_theme"
html_title = project
html_static_path = ["_static"]
html_css_files = ["course.css", "stage.css"]
html_js_files = [("course.js", {"defer": "defer"}), ("live.js", {"type": "module"})]
html_favicon = "_static/icon.svg"
html_extra_path = ["extra"]
html_context = {"default_mode": "auto"}
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_theme_options = {
    "home_page_in_toc": True,
    "navbar_persistent": [],
    "primary_sidebar_end": [],  # the theme's place for advertisements
    "show_toc_level": 2,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "footer_content_items": ["extra-footer.html"],
    "extra_footer": "Code is under the BSD 3-Clause licence, text and pictures under CC BY 4.0.",
}


def offer(app, page, template, context, doctree):
    """Offer the other forms of a page, where they were made: of a lesson, or of the course."""
    name = Path(page).name
    lesson = name in [path.stem for path in LESSONS]
    forms = {
        "PDF": f"pdf/{name}.pdf" if lesson else "pdf/from_one_neuron.pdf",
        "Slides": f"slides/{name}.html" if lesson else "slides/index.html",
    }
    there = {form: path for form, path in forms.items() if Path(app.srcdir, "extra", path).exists()}
    context["course_lite"] = lite.ready() and f"?path={name if lesson else LESSONS[0].stem}.ipynb"
    context["course_binder"] = launch(name if lesson else LESSONS[0].stem)
    context["course_elsewhere"] = elsewhere(name if lesson else LESSONS[0].stem)
    context["course_forms"] = there


def open_code(translator, node):
    """Begin code that can be folded, with the browser's own means."""
    folded = "tag_fold" in node.parent["classes"]
    translator.body.append(f"<details class='course-code'{'' if folded else ' open'}>")
    translator.body.append("<summary>Code</summary>\n")


def close_code(translator, node):
    """End it."""
    translator.body.append("</details>\n")


def setup(app):
    """Hand both to Sphinx."""
    app.connect("html-page-context", offer)
    app.connect(
        "builder-inited",
        lambda app: app.add_node(HideCodeCellNode, override=True, html=(open_code, close_code)),
    )
