"""Questions on their way to an answer: order, progress, buttons and attachments."""
