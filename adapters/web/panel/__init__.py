"""The panel of Gradio components behind the page's menu."""
