"""The steps from a question to its answer: order, progress, buttons and attachments."""
