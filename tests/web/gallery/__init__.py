"""Sample pages that show every layout and component; for development and tests, never shipped."""
