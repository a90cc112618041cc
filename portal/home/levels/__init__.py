"""The page of service levels: composed of what the features count."""
