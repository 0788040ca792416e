"""The platform adapters. They report facts to the engine and decide nothing."""
