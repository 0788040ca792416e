"""Platform servers for tests: faithful to the protocol, with a flood model, usable on their own."""
