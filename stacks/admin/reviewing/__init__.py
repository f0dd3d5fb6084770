"""Review on one page: what is proposed for a company, a technology or the vocabulary, accepted line by line."""
