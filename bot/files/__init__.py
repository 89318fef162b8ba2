"""Files of people: fetched, kept in a folder or in S3, temporary on the way."""
