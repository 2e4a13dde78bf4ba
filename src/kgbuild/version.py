"""The version of the tool, of its ontology and of its shapes: written here and nowhere else."""

__version__ = "0.1.0"
