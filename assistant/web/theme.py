"""The look of Gradio's own parts: system fonts only, one calm accent colour, light and dark."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradio.themes import Base

FONTS = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
MONOSPACE_FONTS = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def theme() -> "Base":
    """Gradio's plain theme with the colours that `static/page.css` names, so that both change together."""
    import gradio as gr

    # Fonts are given by name: nothing is downloaded.
    return gr.themes.Base(neutral_hue="stone", primary_hue="teal", font=FONTS, font_mono=MONOSPACE_FONTS).set(
        body_background_fill="var(--surface)",
        body_background_fill_dark="var(--surface)",
        body_text_color="var(--ink)",
        body_text_color_dark="var(--ink)",
        background_fill_primary="var(--surface)",
        background_fill_primary_dark="var(--surface)",
        input_background_fill="var(--raised)",
        input_background_fill_dark="var(--raised)",
        input_placeholder_color="var(--ink-quiet)",
        input_placeholder_color_dark="var(--ink-quiet)",
        button_primary_background_fill="var(--accent)",
        button_primary_background_fill_dark="var(--accent)",
        button_secondary_background_fill="transparent",
        button_secondary_background_fill_dark="transparent",
        button_secondary_text_color="var(--ink)",
        button_secondary_text_color_dark="var(--ink)",
    )
