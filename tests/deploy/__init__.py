"""The files that run Pipit on a host: images, units and the drill."""
