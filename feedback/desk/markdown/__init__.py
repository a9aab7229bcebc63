"""Markdown to safe HTML that knows, for every run of text it shows, where in the source that text stands.

    rendered(text)        HTML; each run of text in <span data-at="START-END">, code points of `text`, end exclusive
    rendered_plain(text)  the same HTML without those spans
    as_written(text)      the source itself in such spans, for the raw view
    visible(text)         the runs alone, in reading order
    words_at(text, 3, 9)  what a place of the source reads as
    passages(text)        the same by paragraph, item, cell or block of code

If END - START equals the run's length the run stands in the source as it is; else it is one atom, to be marked as a
whole: an entity, an escape, a line end of two characters. Where a place cannot be proven by comparing with the source,
the whole piece is one atom: a mark may be too wide, never wrong. It trusts no text: HTML in it is text, images are off,
and the result is cleaned once more.
"""

from feedback.desk.markdown.placed import Run
from feedback.desk.markdown.rendering import LINE_END, as_written, passages, rendered, rendered_plain, visible, words_at

__all__ = ["LINE_END", "Run", "as_written", "passages", "rendered", "rendered_plain", "visible", "words_at"]
