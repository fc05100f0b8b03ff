"""Measuring the detector: gold documents, scores, and a corpus of invented ones."""
