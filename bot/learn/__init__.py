"""Learning the weights of `data/lexicon/` and measuring them; offline, the only importer of scikit-learn."""
