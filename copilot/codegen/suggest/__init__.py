"""What to run next: rules over the metrics of finished runs and over goals in words, each with evidence, source and cost."""
