"""The demonstration: an invented programme played through the real actions."""
