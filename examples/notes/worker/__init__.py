"""What runs beside the API: projections of events."""
