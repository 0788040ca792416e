"""From a question to a streamed answer: prompt, model, fallback."""
