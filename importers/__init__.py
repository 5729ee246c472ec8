"""Foreign data turned into commands."""
