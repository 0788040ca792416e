"""From a growing answer to edited messages: cutting, pacing, repetition."""
