"""Tests that need Gradio, and some of them Chromium: `make test-web`."""
