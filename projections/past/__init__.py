"""Views as they stood: filled anew from the log, and read by the readers of the live ones."""
