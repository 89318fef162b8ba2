"""Files of people: fetched, examined on the way, kept in a folder or in S3."""
