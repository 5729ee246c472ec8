"""Views are built again beside the live ones, compared with them, and take their place."""
