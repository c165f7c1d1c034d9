"""What a request names: agents, environments, components, devices; and what there is none of."""
