"""The panel of Gradio components behind the menu of the page."""
