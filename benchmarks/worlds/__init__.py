"""Made-up organisations whose truth is known: how often the product's verdicts on them are right."""
