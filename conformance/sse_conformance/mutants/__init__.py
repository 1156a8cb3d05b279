"""S3 implementations with one bug each, named for their sin: the suite proves its power on them."""
