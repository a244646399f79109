"""Whether the environments of a document hold what is promised of them."""
